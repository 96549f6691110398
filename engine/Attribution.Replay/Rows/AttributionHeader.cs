namespace Attribution.Replay.Rows;

/// <summary>
/// The conversion, and under which model it was attributed: one row's plain columns. Lives on one stack.
/// </summary>
public readonly ref struct AttributionHeader
{
    public required ReadOnlySpan<byte> Project { get; init; }

    /// <summary>The converting event's id.</summary>
    public required ReadOnlySpan<byte> ConversionId { get; init; }
    public required ReadOnlySpan<byte> ConversionType { get; init; }
    public required long ConversionMillis { get; init; }
    public required ReadOnlySpan<byte> Model { get; init; }

    /// <summary>
    /// Of two rows of one conversion, model and config the one with the higher version stands.
    /// </summary>
    public required ulong Version { get; init; }
    public required ulong Person { get; init; }
    public required ReadOnlySpan<byte> UserId { get; init; }

    /// <summary>0 where the conversion came without revenue.</summary>
    public required long RevenueTenThousandths { get; init; }

    /// <summary>Packed as <see cref="Model.Events.EventHeader.Currency"/>; 0 when absent.</summary>
    public required uint Currency { get; init; }
}

/// <summary>A touch and what it was credited with. Lives on one stack.</summary>
public readonly ref struct CreditedTouch
{
    /// <summary>The touching event's id.</summary>
    public required ReadOnlySpan<byte> TouchId { get; init; }
    public required long TouchMillis { get; init; }
    public required ReadOnlySpan<byte> TouchType { get; init; }
    public required ReadOnlySpan<byte> Channel { get; init; }
    public required ReadOnlySpan<byte> Source { get; init; }
    public required ReadOnlySpan<byte> Medium { get; init; }
    public required ReadOnlySpan<byte> Campaign { get; init; }
    public required uint CreditMillionths { get; init; }
    public required long ValueTenThousandths { get; init; }
}

/// <summary>
/// One row of <c>attributions</c> being written in place: <see cref="Header"/> once, <see cref="Touch"/> for
/// each touch in the order they happened, <see cref="End"/> once.
/// </summary>
public interface IAttributionRow
{
    void Header(scoped in AttributionHeader header);

    void Touch(scoped in CreditedTouch touch);

    void End(scoped ReadOnlySpan<byte> evidenceUtf8);
}
