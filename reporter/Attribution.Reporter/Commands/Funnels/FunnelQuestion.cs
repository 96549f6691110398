using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Persons;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Funnels;

/// <summary>Which steps, how, and by what. Immutable.</summary>
internal sealed record FunnelQuestion
{
    /// <summary>Each is a bit of 16; more than anybody reads.</summary>
    public const int MaxSteps = 12;

    /// <summary>Longer than any range.</summary>
    private const long AnyMillis = long.MaxValue / 4;

    private static readonly DateTime LatestTime = new(2262, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>From the first step to the last; null is until the range's end.</summary>
    public long? WithinMillis { get; init; }
    public bool IsStrict { get; init; }

    /// <summary>Fields of the first step's event.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>Which events count at all; null is each.</summary>
    public FilterText? Where { get; init; }

    /// <exception cref="UsageException">A step, a field or the filter makes no sense.</exception>
    public ComposedSql Compose(ReportSession session, PersonSql persons)
    {
        TimeRange range = session.Settings.Range;
        QueryParameters parameters = session.Parameters()
            .Add("to_millis", new DateTimeOffset(range.To).ToUnixTimeMilliseconds())
            .Add("until", Until(range))
            .Add("within", WithinMillis ?? AnyMillis)
            .Add("strict", IsStrict);
        var events = new EventConditions(parameters, session.ParseTime);
        string[] bits = [.. Steps.Select((step, at) =>
            Text($"bitShiftLeft(toUInt16({events.OfStep("STEP", step)}), {at})"))];
        string[] fields = [.. By.Select(field => events.Text("--by", field))];
        const string Packed = "toUInt64(toUnixTimestamp64Milli(timestamp)) * 65536 + mask";
        bool isSplit = fields.Length > 0;
        string sql = SqlFile.Load(
            "funnel",
            ("after_last", Text($"{Steps.Count + 1}")),
            ("steps", string.Concat(Enumerable.Range(1, Steps.Count).Reverse().Select(Step)).TrimEnd()),
            ("packed", isSplit ? "event.1" : "event"),
            ("event", isSplit ? $"({Packed}, [{string.Join(", ", fields)}])" : Packed),
            ("segments", isSplit ? "arrayPushBack(arrayMap(event -> event.2, events), []) AS segments," : ""),
            ("segment", isSplit
                ? "arrayFirst((segment, path) -> length(path) = longest, segments, entries) AS segment,"
                : ""),
            ("segment_column", isSplit ? "segment," : ""),
            ("group", isSplit ? "segment," : ""),
            ("mask", string.Join(" + ", bits)),
            ("filter", events.Of(Where)),
            ("id", persons.Id),
            ("linked", persons.Linked));
        return new ComposedSql(sql, parameters);
    }

    private DateTime Until(TimeRange range)
    {
        long room = (LatestTime.Ticks - range.To.Ticks) / TimeSpan.TicksPerMillisecond;
        return range.To.AddMilliseconds(Math.Clamp(WithinMillis ?? 0, 0, room));
    }

    private static string Step(int step) => SqlFile.Load(
        "funnel_step",
        ("bit", Text($"{step - 1}")),
        ("step", Text($"{step}")),
        ("next", Text($"{step + 1}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
