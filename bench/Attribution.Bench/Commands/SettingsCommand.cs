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
        Description = "Which settings; default all, one after another.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. SettingVariant.All.Select(variant => variant.Name)],
    };

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 4, 1, 1_000, "Each measures both engines once.");

    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 3, 1, 600, "Of load on each engine in each round.");

    private static readonly Option<int> WarmUp =
        Engines.Number("--warm-up", 5, 0, 600, "Seconds of each traffic on each engine before the rounds.");

    private static readonly Option<string> EngineOptions = new("--engine-options")
    {
        Description = "Options of both engines, in one string.",
        DefaultValueFactory = _ => "--durability os",
    };

    public static Command Create()
    {
        Variants.AcceptOnlyFromAmong([.. SettingVariant.All.Select(variant => variant.Name)]);
        var command = new Command(
            "settings", "Measure settings of runtime, sockets and ring beside the engine's own, as Markdown.")
        {
            Variants, Rounds, Seconds, WarmUp, EngineOptions,
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
            "| variant | batches, µs per event | ratio | single, µs per event | ratio | collections |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|");
        foreach (SettingVariant variant in SettingVariant.All.Where(each => wanted.Contains(each.Name)))
            Console.WriteLine(await MeasureAsync(variant, settings, options, cancel));
        return 0;
    }

    private static async Task<string> MeasureAsync(
        SettingVariant variant, CompareSettings settings, string options, CancellationToken cancel)
    {
        ServerPlan plan = variant.Plan(options);
        await using MeasuredServer standard =
            await MeasuredServer.StartAsync(SettingVariant.Standard.Plan(options), cancel);
        await using MeasuredServer changed = await MeasuredServer.StartAsync(plan, cancel);
        var run = new CompareRun(settings, [changed, standard]);
        IReadOnlyList<CompareWindow> windows = await run.RunAsync(
            _ => { }, window => Console.Error.WriteLine(CompareTable.Line(window)), cancel);
        CompareResult result = CompareResult.Of(options, windows);
        EngineMetrics metrics = await changed.MetricsAsync(cancel);
        EngineMetrics usual = await standard.MetricsAsync(cancel);
        File.Delete(plan.Folder + ".runtimeconfig.json");
        string cells = string.Join(" | ", settings.Scenarios.Select(scenario => Cells(result, scenario)));
        return $"| {variant.Name} | {cells} | {Collections(metrics)}, standard {Collections(usual)} |";
    }

    private static string Cells(CompareResult result, Scenario scenario)
    {
        CompareSummary one = result.Summaries.First(
            summary => summary.Scenario == scenario.Name && summary.Server != SettingVariant.Standard.Name);
        Spread ratio = result.Ratios.First(each => each.Scenario == scenario.Name).CpuPerEvent;
        return string.Create(CultureInfo.InvariantCulture,
            $"{one.CpuMicrosPerEvent.Median:0.00} | {ratio.Median:0.00} ({ratio.Min:0.00}–{ratio.Max:0.00})");
    }

    private static string Collections(EngineMetrics metrics) => string.Create(
        CultureInfo.InvariantCulture,
        $"{metrics.Collections(0)}/{metrics.Collections(1)}/{metrics.Collections(2)}");
}
