using System.CommandLine;
using System.Globalization;
using Attribution.Bench.Compare;
using Attribution.Bench.Crash;
using Attribution.Bench.Load;
using Attribution.Bench.Servers;
using Attribution.Bench.Settings;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>settings --variant server-gc</c>: the same engine with one setting changed, in alternating rounds with
/// the engine as it is. Stateless.
/// </summary>
internal static class SettingsCommand
{
    private static readonly Option<string[]> Variants = new("--variant")
    {
        Description = "Which settings; default all.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. SettingVariant.All.Select(variant => variant.Name)],
    };

    private static readonly Option<int> Together = Engines.Number(
        "--together", 5, 1, 10, "Settings that share one engine as it is; each is an engine of its own.");

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 4, 1, 1_000, "Each measures every engine once.");

    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 3, 1, 600, "Of load on each engine in each round.");

    private static readonly Option<int> WarmUp =
        Engines.Number("--warm-up", 5, 0, 600, "Seconds of each traffic on each engine before the rounds.");

    private static readonly Option<string> EngineOptions = new("--engine-options")
    {
        Description = "Options of all engines, in one string.",
        DefaultValueFactory = _ => "--durability os",
    };

    public static Command Create()
    {
        Variants.AcceptOnlyFromAmong([.. SettingVariant.All.Select(variant => variant.Name)]);
        var command = new Command(
            "settings", "Measure settings of runtime, sockets and ring beside the engine's own, as Markdown.")
        {
            Variants, Together, Rounds, Seconds, WarmUp, EngineOptions,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string[] wanted = parsed.GetValue(Variants)!;
        var settings = new CompareSettings(
            [Scenario.Batches, Scenario.Single],
            parsed.GetValue(Rounds),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            TimeSpan.FromSeconds(parsed.GetValue(WarmUp)));
        string options = parsed.GetValue(EngineOptions)!;
        Console.WriteLine(
            "| variant | batches, µs per event | ratio | single events, µs | ratio | collections | "
            + $"{ConnectBurst.Clients:N0} clients at once, ms |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|---:|");
        foreach (SettingVariant[] group in SettingVariant.All
            .Where(each => wanted.Contains(each.Name)).Chunk(parsed.GetValue(Together)))
        {
            await MeasureAsync([.. group, SettingVariant.Standard], settings, options, cancel);
        }

        return 0;
    }

    /// <summary>Measures these, of which the last is the engine as it is, in the same rounds.</summary>
    private static async Task MeasureAsync(
        SettingVariant[] variants, CompareSettings settings, string options, CancellationToken cancel)
    {
        var servers = new List<MeasuredServer>();
        try
        {
            foreach (SettingVariant variant in variants)
                servers.Add(await MeasuredServer.StartAsync(variant.Plan(options), cancel));
            var run = new CompareRun(settings, servers);
            IReadOnlyList<CompareWindow> windows = await run.RunAsync(
                _ => { }, window => Console.Error.WriteLine(CompareTable.Line(window)), cancel);
            Spread[] bursts = await ConnectBurst.MeasureAsync(servers, settings.Rounds, cancel);
            string standard = servers[^1].Name;
            foreach ((MeasuredServer server, Spread burst) in servers.Zip(bursts))
            {
                CompareResult result = CompareResult.Of(
                    options,
                    [.. windows.Where(each => each.Server == server.Name || each.Server == standard)]);
                string cells = string.Join(
                    " | ", settings.Scenarios.Select(scenario => Cells(result, scenario.Name)));
                EngineMetrics metrics = await server.MetricsAsync(cancel);
                Console.WriteLine($"| {server.Name} | {cells} | {Collections(metrics)} | {Millis(burst)} |");
            }
        }
        finally
        {
            foreach (MeasuredServer server in servers)
            {
                await server.DisposeAsync();
                File.Delete(SettingVariant.ConfigurationOf(server.Folder));
            }
        }
    }

    /// <summary>Of the first server, and beside the engine as it is unless that is the first.</summary>
    private static string Cells(CompareResult result, string scenario)
    {
        CompareSummary one = result.Summaries.First(summary => summary.Scenario == scenario);
        CompareRatio? ratio = result.Ratios.FirstOrDefault(each => each.Scenario == scenario);
        return $"{Text(one.CpuMicrosPerEvent)} | {(ratio is null ? "1" : Text(ratio.CpuPerEvent))}";
    }

    private static string Text(Spread spread) => string.Create(
        CultureInfo.InvariantCulture, $"{spread.Median:0.00} ({spread.Min:0.00}–{spread.Max:0.00})");

    private static string Millis(Spread spread) => string.Create(
        CultureInfo.InvariantCulture, $"{spread.Median:0} ({spread.Min:0}–{spread.Max:0})");

    private static string Collections(EngineMetrics metrics) => string.Create(
        CultureInfo.InvariantCulture,
        $"{metrics.Collections(0)}/{metrics.Collections(1)}/{metrics.Collections(2)}");
}
