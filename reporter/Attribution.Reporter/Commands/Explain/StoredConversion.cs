using Attribution.ClickHouse.Http;
using Attribution.Model.Evidence;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>One conversion as stored under one config, a row per model. Immutable.</summary>
internal sealed record StoredConversion
{
    public required string Project { get; init; }
    public required string Id { get; init; }
    public required DateTime Time { get; init; }
    public required string Type { get; init; }
    public required string Config { get; init; }

    /// <summary>Empty where the config's document is not stored.</summary>
    public required string ConfigName { get; init; }
    public required ulong Version { get; init; }
    public required ulong Person { get; init; }
    public required string UserId { get; init; }
    public required decimal Revenue { get; init; }
    public required string Currency { get; init; }

    /// <summary>In the order in which models stand beside each other.</summary>
    public required IReadOnlyList<StoredModel> Models { get; init; }
}

/// <summary>What one model made of it. Immutable.</summary>
/// <param name="Evidence">Null where there is none that can be read.</param>
internal sealed record StoredModel(
    string Name, IReadOnlyList<StoredCredit> Credits, EvidenceDocument? Evidence, string EvidenceJson)
{
    /// <summary>Reads one row of <c>explain_rows.sql</c>.</summary>
    public static StoredModel Of(Row row)
    {
        string evidence = row.GetString("evidence");
        return new StoredModel(
            row.GetString("model"), StoredCredit.AllOf(row), EvidenceReader.Read(evidence), evidence);
    }
}

/// <summary>What one touch earned under one model. Immutable.</summary>
/// <param name="Credit">Of the conversion, 0 to 1.</param>
internal sealed record StoredCredit(TouchKey Key, TouchTraits Traits, decimal Credit, decimal Value)
{
    private const decimal Millionths = 1_000_000m;

    /// <summary>The pseudo touch of a conversion that no touch earned.</summary>
    public bool IsNobody => Key.Id.Length == 0;

    /// <summary>Reads the arrays of a row of attributions.</summary>
    public static StoredCredit[] AllOf(Row row)
    {
        string[] touches = row.GetArray<string>("touches");
        DateTime[] times = row.GetArray<DateTime>("touch_times");
        string[] types = row.GetArray<string>("touch_types");
        string[] channels = row.GetArray<string>("channels");
        string[] sources = row.GetArray<string>("sources");
        string[] mediums = row.GetArray<string>("mediums");
        string[] campaigns = row.GetArray<string>("campaigns");
        long[] credits = row.GetArray<long>("credits");
        decimal[] values = row.GetArray<decimal>("credit_values");
        return
        [
            .. touches.Select((touch, at) => new StoredCredit(
                new TouchKey(times[at], touch),
                new TouchTraits(types[at], channels[at], sources[at], mediums[at], campaigns[at]),
                (credits[at] / Millionths) + 0.000000m,
                values[at])),
        ];
    }
}

/// <summary>Which touch: time and event id, which is also its place in the order. A value.</summary>
internal readonly record struct TouchKey(DateTime Time, string Id) : IComparable<TouchKey>
{
    public int CompareTo(TouchKey other)
    {
        int byTime = Time.CompareTo(other.Time);
        return byTime != 0 ? byTime : string.CompareOrdinal(Id, other.Id);
    }
}

/// <summary>What a touch was and where it came from. Immutable.</summary>
/// <param name="Channel">Empty where it is not known, as of touches that earned nothing.</param>
internal sealed record TouchTraits(
    string Type, string Channel, string Source, string Medium, string Campaign)
{
    /// <summary>Source and medium as one text.</summary>
    public string Origin => (Source.Length, Medium.Length) switch
    {
        (0, 0) => "",
        (_, 0) => Source,
        (0, _) => $"(none) / {Medium}",
        _ => $"{Source} / {Medium}",
    };
}
