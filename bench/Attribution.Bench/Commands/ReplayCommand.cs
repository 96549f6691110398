using System.CommandLine;
using Attribution.Bench.Load;
using Attribution.Bench.Replays;
using Attribution.Model.Configs;

namespace Attribution.Bench.Commands;

/// <summary><c>replay</c>: a replay beside the same rules written as SQL. Stateless.</summary>
internal static class ReplayCommand
{
    private static readonly Option<int> Events =
        Engines.Number("--events", 3_000_000, 1_000, 100_000_000, "Events of the simulated world.");

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 3, 1, 20, "Rounds, the two in turn.");

    private static readonly Option<int> Threads =
        Engines.Number("--threads", 1, 1, 64, "Threads of the replay and of the query.");

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command(
            "replay", "Attribute a range again, beside the same rules as SQL inside ClickHouse.")
        {
            Events, Rounds, Threads, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        DateTimeOffset end = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        Console.Error.WriteLine("replay: filling the database");
        await using SimulatedDatabase database = await SimulatedDatabase.FillAsync(
            ReplayComparison.World(parsed.GetValue(Events), 1, end), AttributionConfig.Web, cancel);
        DateTime to = end.UtcDateTime;
        var comparison = new ReplayComparison(database, to.AddDays(-32), to.AddDays(2));
        await comparison.RunAsync(parsed.GetValue(Rounds), parsed.GetValue(Threads), cancel);
        Write(comparison);
        await ResultFile.WriteAsync(
            parsed.GetValue(Json),
            new { comparison.Events, comparison.Replays, comparison.Baselines },
            cancel);
        return 0;
    }

    private static void Write(ReplayComparison comparison)
    {
        Console.WriteLine($"{comparison.Events:N0} events, {comparison.Replays[0].Rows:N0} rows written");
        Console.WriteLine();
        Console.WriteLine("| | seconds | CPU seconds | of it the server | events per CPU second | rows |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        for (int round = 0; round < comparison.Replays.Count; round++)
        {
            Write($"replay, round {round + 1}", comparison.Replays[round], comparison.Events);
            Write($"SQL, round {round + 1}", comparison.Baselines[round], comparison.Events);
        }

        double[] ratios =
        [
            .. comparison.Replays.Zip(comparison.Baselines, (own, sql) => sql.CpuSeconds / own.CpuSeconds)
                .Order(),
        ];
        Console.WriteLine();
        Console.WriteLine(
            $"SQL's CPU time over the replay's: min {ratios[0]:0.00}, "
            + $"median {ratios[ratios.Length / 2]:0.00}, max {ratios[^1]:0.00}");
    }

    private static void Write(string name, ReplayCost cost, long events) => Console.WriteLine(
        $"| {name} | {cost.WallSeconds:0.00} | {cost.CpuSeconds:0.00} | {cost.ServerCpuSeconds:0.00} "
        + $"| {events / cost.CpuSeconds:N0} | {cost.Rows:N0} |");
}
