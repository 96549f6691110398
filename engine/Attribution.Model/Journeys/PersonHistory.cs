namespace Attribution.Model.Journeys;

/// <summary>The texts behind a history's ids. Implemented by whoever keeps the history.</summary>
public interface IJourneyTexts
{
    /// <summary>An event's id; <paramref name="buffer"/> holds at least 36 bytes and may hold the answer.
    /// </summary>
    ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer);

    /// <summary>A repeating text: a type, source, medium, campaign or project.</summary>
    ReadOnlySpan<byte> Text(int id);

    /// <summary>The user id that a conversion came with; may be empty.</summary>
    ReadOnlySpan<byte> UserId(in Conversion conversion);
}

/// <summary>
/// Everything known of one person, each run in total order (time, then event id by bytes, no event twice):
/// what <see cref="Credits.Attributor"/> is a function of. Lives on one stack.
/// </summary>
public readonly ref struct PersonHistory
{
    public required ReadOnlySpan<Touch> Touches { get; init; }
    public required ReadOnlySpan<Conversion> Conversions { get; init; }
    public ReadOnlySpan<Milestone> Milestones { get; init; }
    public required IJourneyTexts Texts { get; init; }
}
