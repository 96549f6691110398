using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Model.Configs;

namespace Attribution.Replay.Reading;

/// <summary>
/// Asks for a range of raw events as they lie: unordered, and with repeated rows where parts were not merged
/// yet. Thread-safe; the client is the caller's.
/// </summary>
internal sealed class EventReader(ClickHouseClient client, EventColumns columns, EventRange range)
{
    private const string Where =
        " FROM events WHERE project = {project:String} "
        + "AND timestamp < fromUnixTimestamp64Milli({to:Int64}) "
        + "AND has({types:Array(String)}, type) AND sequence <= {through:UInt64} "
        + "AND (timestamp >= fromUnixTimestamp64Milli({from:Int64})";

    private const string WhereLasting = " OR has({lasting:Array(String)}, type))";

    /// <summary>How many rows a reading gives.</summary>
    public async Task<long> CountAsync(CancellationToken cancel) =>
        (long)await client.ScalarAsync<ulong>("SELECT count()" + Condition, Parameters(range.Types), cancel)
            .ConfigureAwait(false);

    /// <summary>Each block is the same object, filled again.</summary>
    public IAsyncEnumerable<ReadBlock> BlocksAsync(CancellationToken cancel) =>
        BlocksAsync(range.Types, cancel);

    /// <summary>The same of some types only.</summary>
    public IAsyncEnumerable<ReadBlock> BlocksAsync(IReadOnlyList<string> types, CancellationToken cancel) =>
        client.QueryBlocksAsync("SELECT " + columns.Sql + Condition, Parameters(types), cancel);

    /// <summary>The types that any of the configs gives a meaning.</summary>
    public static IReadOnlyList<string> Types(IEnumerable<AttributionConfig> configs) =>
    [
        .. configs.SelectMany(config => (IEnumerable<string>)
            [
                .. config.ConversionTypes, .. config.ClickTypes, .. config.ViewTypes, .. config.VisitTypes,
                .. config.OpenTypes, .. config.ReferrerTypes, .. config.Milestones.Lead,
                .. config.Milestones.Opportunity, .. config.Installs.Types,
            ])
            .Distinct().Order(StringComparer.Ordinal),
    ];

    // Without lasting types the key alone says which granules are read.
    private string Condition => Where + (range.LastingTypes.Count > 0 ? WhereLasting : ")");

    private QueryParameters Parameters(IReadOnlyList<string> types)
    {
        QueryParameters parameters = new QueryParameters()
            .Add("project", range.Project)
            .Add("from", range.FromMillis)
            .Add("to", range.ToMillis)
            .Add("types", types)
            .Add("through", range.Through);
        return range.LastingTypes.Count > 0 ? parameters.Add("lasting", range.LastingTypes) : parameters;
    }
}

/// <summary>Which events are read. Immutable.</summary>
internal sealed record EventRange
{
    // What ClickHouse's DateTime64 holds with certainty, and no event lies outside of.
    private const long LatestMillis = 9_999_999_999_999;

    private readonly long _fromMillis;
    private readonly long _toMillis;

    public required string Project { get; init; }

    public required long FromMillis
    {
        get => _fromMillis;
        init => _fromMillis = Math.Clamp(value, 0, LatestMillis);
    }

    /// <summary>Exclusive.</summary>
    public required long ToMillis
    {
        get => _toMillis;
        init => _toMillis = Math.Clamp(value, 0, LatestMillis);
    }

    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>Those of the types that are read from the beginning of time.</summary>
    public required IReadOnlyList<string> LastingTypes { get; init; }

    /// <summary>The newest sequence to read.</summary>
    public required ulong Through { get; init; }

    /// <summary>What a replay's lanes need together.</summary>
    public static EventRange Of(ReplayOptions options, ulong through)
    {
        AttributionConfig[] configs = options.Lanes;
        return new EventRange
        {
            Project = options.Project,
            FromMillis = options.FromMillis - configs.Max(config => config.ReachMillis),
            ToMillis = options.ToMillis + configs.Max(config => config.Candidates.AfterMillis),
            Types = EventReader.Types(configs),
            LastingTypes =
            [
                .. configs.Where(config => config.KnowsInstalls).SelectMany(config => config.Installs.Types)
                    .Distinct(),
            ],
            Through = through,
        };
    }
}
