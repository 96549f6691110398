using System.CommandLine;
using Attribution.Bench.Replays;
using Attribution.Bench.Truths;
using Attribution.Model.Configs;

namespace Attribution.Bench.Commands;

/// <summary><c>truth</c>: every model beside what channels truly caused, as Markdown. Stateless.</summary>
internal static class TruthCommand
{
    private static readonly Option<int> Events =
        Engines.Number("--events", 1_000_000, 1_000, 100_000_000, "Events of the simulated world.");

    private static readonly Option<int> Seed =
        Engines.Number("--seed", 1, 0, int.MaxValue, "Equal seeds give equal worlds.");

    public static Command Create()
    {
        var command = new Command("truth", "Every model's credit beside what the channels truly caused.")
        {
            Events, Seed,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        DateTimeOffset end = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        await using SimulatedDatabase database = await SimulatedDatabase.FillAsync(
            ReplayComparison.World(parsed.GetValue(Events), (ulong)parsed.GetValue(Seed), end),
            AttributionConfig.Web,
            cancel);
        DateTime to = end.UtcDateTime;
        var comparison = new TruthComparison(database, to.AddDays(-32), to.AddDays(2));
        TruthReport.Write(Console.Out, await comparison.RunAsync(cancel), database.Truth);
        return 0;
    }
}
