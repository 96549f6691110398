using System.Text;
using System.Text.Json.Nodes;
using Attribution.Bench.Replays;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Fitting;
using Attribution.Replay;
using Attribution.Replay.Paths;
using Attribution.Replay.Sinks;

namespace Attribution.Bench.Truths;

/// <summary>
/// <c>bench truth</c>: every model's credit by channel beside what the channels of a simulated world truly
/// caused. The fitted models are fitted to the same world's paths, as an analyst would. Owned by one command.
/// </summary>
internal sealed class TruthComparison(SimulatedDatabase database, DateTime from, DateTime to)
{
    private static readonly string[] SummingModels =
    [
        "first", "last", "last_non_direct", "linear", "time_decay", "position_based", "j_shaped", "inverse_j",
        "mmp", "markov", "shapley",
    ];

    public async Task<CreditTable> RunAsync(CancellationToken cancel)
    {
        var tables = new Dictionary<string, IFittedTable>();
        var document = new JsonObject
        {
            ["name"] = "truth",
            ["models"] = new JsonArray([.. SummingModels.Select(model => JsonValue.Create(model))]),
            ["fitted"] = await FitAsync(tables, cancel),
        };
        AttributionConfig config = AttributionConfig.Parse(
            Encoding.UTF8.GetBytes(document.ToJsonString()), hash => tables.GetValueOrDefault(hash));
        var totals = new TotalsSink();
        await new Replayer(database.Client, Options(config)).RunAsync(totals, null, cancel);
        return new CreditTable(config, totals);
    }

    private async Task<JsonObject> FitAsync(Dictionary<string, IFittedTable> tables, CancellationToken cancel)
    {
        var collector = new PathCollector(currency: 0);
        await new Replayer(database.Client, Options(AttributionConfig.Web)).RunAsync(collector, null, cancel);
        FittedTable markov = FittedTable.From(MarkovChain.Fit(collector.Paths, order: 1), []);
        FittedTable shapley = FittedTable.From(ShapleyFit.Fit(collector.Paths, ShapleyForm.Rate), []);
        tables[markov.Hash] = markov;
        tables[shapley.Hash] = shapley;
        return new JsonObject { ["markov"] = markov.Hash, ["shapley"] = shapley.Hash };
    }

    private ReplayOptions Options(AttributionConfig config) =>
        new() { Config = config, Project = "default", From = from, To = to };
}
