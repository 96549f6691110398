using System.CommandLine;
using Attribution.Bench.Compare;
using Attribution.Bench.Load;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>scale --rounds 5</c>: the engine on one processor, on all of them, and as two processes on one port, in
/// turn. Stateless.
/// </summary>
internal static class ScaleCommand
{
    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 5, 1, 1_000, "Each measures every arrangement once.");

    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 4, 1, 600, "Of load on each in each round.");

    private static readonly Option<int> WarmUp =
        Engines.Number("--warm-up", 6, 0, 600, "Seconds of load on each before the first round.");

    private static readonly Option<string> Durability = new("--durability")
    {
        Description = "The engine's: none, os or fsync.",
        DefaultValueFactory = _ => "os",
    };

    private static readonly Option<bool> ReusePort = new("--reuse-port")
    {
        Description = "Measure two engine processes on one port as well; the engine must know the option.",
    };

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command(
            "scale", "Measure the engine on one and all processors, and as two processes.")
        {
            Rounds, Seconds, WarmUp, Durability, ReusePort, Json,
        };
        Durability.AcceptOnlyFromAmong("none", "os", "fsync");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string options = $"--durability {parsed.GetValue(Durability)}";
        var settings = new CompareSettings(
            [Scenario.Batches, Scenario.Single],
            parsed.GetValue(Rounds),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            TimeSpan.FromSeconds(parsed.GetValue(WarmUp)));
        CompareResult result = await Comparisons.RunAsync(
            Plans(options.Split(' '), parsed.GetValue(ReusePort)), settings, options, cancel);
        await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
        return result.IsWithoutErrors ? 0 : 1;
    }

    private static IEnumerable<ServerPlan> Plans(string[] options, bool asTwo)
    {
        yield return ServerPlan.Engine("all cores", library: null, options, cpus: null);

        // Its ClickHouse shares that core; the generator keeps to none.
        yield return ServerPlan.Engine("one core", library: null, options, cpus: "0");
        if (!asTwo)
            yield break;
        ServerPlan first = ServerPlan.Engine("processes", library: null, [.. options, "--reuse-port"], "0");
        ServerPlan second = ServerPlan.Engine("second", library: null, [.. options, "--reuse-port"], "1");
        yield return first with { Companion = second.On(first.Url) };
    }
}
