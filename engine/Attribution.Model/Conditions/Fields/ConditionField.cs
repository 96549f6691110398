using Attribution.Model.Events;

namespace Attribution.Model.Conditions.Fields;

/// <summary>Something that a condition can ask of an event, by the name that configs give it. Immutable.
/// </summary>
internal abstract class ConditionField(string name)
{
    public string Name { get; } = name;

    public abstract bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context);
}

/// <summary>A field that is text, or that is compared by its text. Immutable.</summary>
internal abstract class TextField(string name) : ConditionField(name)
{
    /// <summary>The field's text, as a slice of the event's bytes or in <paramref name="room"/>.</summary>
    /// <returns>False where the event does not carry the field.</returns>
    public abstract bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text);

    /// <summary>
    /// The bytes of room that reading may take; where not 0, existence must be asked without.
    /// </summary>
    public virtual int RoomBytes(in EventRecord record) => 0;

    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        TryRead(record, eventBytes, context, default, out _);
}

/// <summary>A text field of which only some texts are possible, in lower case. Immutable.</summary>
internal abstract class ChoiceField(string name, params string[] choices) : TextField(name)
{
    public IReadOnlyList<string> Choices { get; } = choices;
}

/// <summary>The sender's address: it has no text, only networks. Immutable.</summary>
internal sealed class AddressField() : ConditionField("ip")
{
    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        AddressCondition.AddressOf(record) != 0;
}

/// <summary>The amount, which is a number and no text. Immutable.</summary>
internal sealed class RevenueField() : ConditionField("revenue")
{
    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        (record.Header.Flags & EventFlags.HasRevenue) != 0;
}

/// <summary>When it happened. Every event has it. Immutable.</summary>
internal sealed class TimeField() : ConditionField("timestamp")
{
    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) => true;
}
