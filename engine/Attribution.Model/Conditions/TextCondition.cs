using System.Buffers;
using System.Text.Json.Nodes;
using Attribution.Model.Conditions.Fields;
using Attribution.Model.Conditions.Operators;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions;

/// <summary>
/// One test of the text of one field, such as <c>{"field": "source", "prefix": "tik"}</c>. Immutable.
/// </summary>
internal sealed class TextCondition(TextField field, TextTest test) : Condition
{
    /// <summary>Texts that are decoded and longer than this are decoded into a pooled array.</summary>
    private const int MaxStackBytes = 512;

    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        field.RoomBytes(record) is int roomBytes and > 0
            ? MatchesDecoded(roomBytes, record, eventBytes, context)
            : field.TryRead(record, eventBytes, context, default, out ReadOnlySpan<byte> text)
                && test.Holds(text);

    public override JsonNode ToJson()
    {
        var members = new JsonObject { ["field"] = field.Name };
        test.Write(members);
        return members;
    }

    public override Condition ForOneThread() => new TextCondition(field, test.ForOneThread());

    private bool MatchesDecoded(
        int roomBytes, in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        byte[]? rented = roomBytes > MaxStackBytes ? ArrayPool<byte>.Shared.Rent(roomBytes) : null;
        Span<byte> room = rented ?? stackalloc byte[MaxStackBytes];
        bool holds = field.TryRead(record, eventBytes, context, room, out ReadOnlySpan<byte> text)
            && test.Holds(text);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return holds;
    }
}

/// <summary><c>{"field": "user_id", "exists": true}</c>: whether the event carries a field. Immutable.
/// </summary>
internal sealed class ExistsCondition(ConditionField field, bool expected) : Condition
{
    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        field.Exists(record, eventBytes, context) == expected;

    public override JsonNode ToJson() => new JsonObject { ["field"] = field.Name, ["exists"] = expected };
}
