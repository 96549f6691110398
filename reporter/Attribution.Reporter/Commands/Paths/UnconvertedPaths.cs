using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Persons;

namespace Attribution.Reporter.Commands.Paths;

/// <summary>
/// Journeys that ended in nothing: the touches of the range of persons who had a touch and no conversion in
/// it. Owned by one command.
/// </summary>
internal sealed class UnconvertedPaths : IPathSource
{
    private readonly ReportSession _session;
    private readonly PathShape _shape;
    private readonly AttributionConfig _config;
    private readonly TouchOrigins _origins;
    private readonly FilterText? _where;

    private UnconvertedPaths(
        ReportSession session, PathShape shape, AttributionConfig config, FilterText? where)
    {
        _session = session;
        _shape = shape;
        _config = config;
        _where = where;
        _origins = new TouchOrigins(config);
    }

    /// <summary>Under the config asked for, or the one that wrote last in the range.</summary>
    public static async Task<UnconvertedPaths> FindAsync(
        ReportSession session, PathShape shape, FilterText? where, CancellationToken cancel)
    {
        string? newest = session.Settings.Config is null
            ? await session.ResolveConfigAsync(cancel).ConfigureAwait(false)
            : null;
        AttributionConfig config = newest is null
            ? await JourneyConfig.LoadAsync(session, cancel).ConfigureAwait(false)
            : await JourneyConfig.OfAsync(session, newest, cancel).ConfigureAwait(false);
        session.Describe(null, newest ?? config.Hash);
        var paths = new UnconvertedPaths(session, shape, config, where);
        await paths._origins.ReadAsync(session, shape.Step, cancel).ConfigureAwait(false);
        return paths;
    }

    public Task<Rows> AskAsync(string query, Action<QueryParameters> add, CancellationToken cancel) =>
        new PersonQuery(_config.Identity, persons => Compose(query, add, persons)).AskAsync(_session, cancel);

    private ComposedSql Compose(string query, Action<QueryParameters> add, PersonSql persons)
    {
        QueryParameters parameters = _session.Parameters();
        add(parameters);
        (string origins, string meanings, string steps) = _origins.Arrays(parameters);
        var events = new EventConditions(parameters, _session.ParseTime);
        string journeys = SqlFile.Load(
            "paths_to_none",
            ("origins", origins),
            ("meanings", meanings),
            ("origin", _origins.Sql),
            ("converts", events.OfTypes(_config.ConversionTypes)),
            ("touches", _origins.Touches(events)),
            ("filter", events.Of(_where)),
            ("id", persons.Id),
            ("linked", persons.Linked));
        string path = _shape.Sql($"arrayMap(step -> {steps}[step], steps)");
        return new ComposedSql(
            SqlFile.Load(query, ("journeys", journeys.TrimEnd()), ("path", path)), parameters);
    }
}
