using System.Globalization;
using System.Text.Json.Nodes;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions;

/// <summary>
/// <c>{"field": "revenue", "range": {"from": 9.99}}</c>, exact to the last ten-thousandth. Immutable.
/// </summary>
internal sealed class RevenueCondition(decimal? from, decimal? to) : Condition
{
    private const decimal TenThousandths = 10_000m;

    private readonly long _from = from is { } least
        ? (long)Math.Clamp(Math.Ceiling(least * TenThousandths), long.MinValue, long.MaxValue)
        : long.MinValue;

    private readonly long _to = to is { } most
        ? (long)Math.Clamp(Math.Floor(most * TenThousandths), long.MinValue, long.MaxValue)
        : long.MaxValue;

    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        (record.Header.Flags & EventFlags.HasRevenue) != 0
        && record.Header.RevenueTenThousandths >= _from && record.Header.RevenueTenThousandths <= _to;

    public override JsonNode ToJson() =>
        new JsonObject { ["field"] = "revenue", ["range"] = ToRange(from, to) };

    public static JsonObject ToRange(decimal? from, decimal? to)
    {
        var range = new JsonObject();
        if (from is { } least)
            range["from"] = JsonValue.Create(least);
        if (to is { } most)
            range["to"] = JsonValue.Create(most);
        return range;
    }
}

/// <summary>
/// <c>{"field": "timestamp", "range": {"from": "2026-11-01T00:00:00Z"}}</c>, both ends inside. Immutable.
/// </summary>
internal sealed class TimeCondition(long? fromMillis, long? toMillis) : Condition
{
    private readonly long _from = fromMillis ?? long.MinValue;
    private readonly long _to = toMillis ?? long.MaxValue;

    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        record.Header.TimestampMillis >= _from && record.Header.TimestampMillis <= _to;

    public override JsonNode ToJson()
    {
        var range = new JsonObject();
        if (fromMillis is { } least)
            range["from"] = Format(least);
        if (toMillis is { } most)
            range["to"] = Format(most);
        return new JsonObject { ["field"] = "timestamp", ["range"] = range };
    }

    private static string Format(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(millis)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
