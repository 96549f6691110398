using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Commands.Paths;

/// <summary>
/// Journeys that ended in a conversion: the touches that share it under one model. Owned by one command.
/// </summary>
internal sealed class ConversionPaths : IPathSource
{
    private readonly ReportSession _session;
    private readonly PathShape _shape;
    private readonly FilterText? _where;

    private ConversionPaths(ReportSession session, PathShape shape, FilterText? where)
    {
        _session = session;
        _shape = shape;
        _where = where;
    }

    /// <summary>None finds nothing.</summary>
    private string Config { get; init; } = "";

    private string Model { get; init; } = "";

    /// <summary>
    /// Under the model asked for, else under one that leaves no touch out: linear, where the config has it.
    /// There are none where nothing was attributed.
    /// </summary>
    public static async Task<ConversionPaths> FindAsync(
        ReportSession session, PathShape shape, FilterText? where, CancellationToken cancel)
    {
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (config is null)
            return new ConversionPaths(session, shape, where);
        string model = session.Settings.Model
            ?? await FullestModelAsync(session, config, cancel).ConfigureAwait(false);
        session.Describe(model, config);
        return new ConversionPaths(session, shape, where) { Config = config, Model = model };
    }

    public Task<Rows> AskAsync(string query, Action<QueryParameters> add, CancellationToken cancel)
    {
        QueryParameters parameters = _session.Parameters().Add("config", Config).Add("model", Model);
        add(parameters);
        const string Steps = "if(touch_count = 0, [], arrayMap(step -> toString(step), steps))";
        string filter = _where is null
            ? ""
            : "AND " + new ConversionFilter(_where, new SqlArguments(parameters), _session.ParseTime).Build();
        string journeys = SqlFile.Load(
            "paths_to_conversion", ("steps", _shape.Column), ("filter", filter));
        return _session.QueryComposedAsync(
            SqlFile.Load(query, ("journeys", journeys.TrimEnd()), ("path", _shape.Sql(Steps))),
            parameters, cancel);
    }

    private static async Task<string> FullestModelAsync(
        ReportSession session, string config, CancellationToken cancel)
    {
        const string Fullest = "linear";
        List<string> models = await session.TextsAsync(
            "paths_models", session.Parameters().Add("config", config), cancel).ConfigureAwait(false);
        if (models.Count == 0 || models.Contains(Fullest))
            return Fullest;
        string model = models.Contains("time_decay") ? "time_decay" : models.InOrder(name => name).Last();
        session.Note($"note: the config has no model {Fullest}, so paths hold the touches that {model} "
            + "credits; --model chooses.");
        return model;
    }
}
