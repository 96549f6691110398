namespace Attribution.Model.Journeys;

/// <summary>What one event means to attribution under one config. A value.</summary>
/// <remarks>
/// An event may be several things at once: an install with a referrer is a touch and a conversion, and an
/// open that says where it came from is a touch and a milestone.
/// </remarks>
public readonly ref struct EventRole
{
    public bool IsTouch { get; init; }

    /// <summary>
    /// The touch but for its event id and its text ids, which are the keeper's; valid where
    /// <see cref="IsTouch"/>.
    /// </summary>
    public Touch Touch { get; init; }

    /// <summary>
    /// Source, medium and campaign as the touch's row shows them: the event's own, or what a campaign rule
    /// assigns. Valid where <see cref="IsTouch"/>; slices of the event's bytes or of the config.
    /// </summary>
    public ReadOnlySpan<byte> Source { get; init; }
    public ReadOnlySpan<byte> Medium { get; init; }
    public ReadOnlySpan<byte> Campaign { get; init; }

    public bool IsConversion { get; init; }

    /// <summary>Valid where <see cref="IsConversion"/>.</summary>
    public ConversionKind ConversionKind { get; init; }

    /// <summary>
    /// On an install: its properties' <c>install_begin_timestamp_server_seconds</c>, else
    /// <c>install_begin_timestamp_seconds</c> (Google Play's names), as milliseconds; 0 without either.
    /// </summary>
    public long InstallBeginMillis { get; init; }

    /// <summary>Bit 1 &lt;&lt; <see cref="MilestoneKind"/> for each milestone that the event is.</summary>
    public int Milestones { get; init; }

    public bool IsNothing => !IsTouch && !IsConversion && Milestones == 0;
}
