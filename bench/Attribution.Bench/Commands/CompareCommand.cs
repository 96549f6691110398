using System.CommandLine;
using Attribution.Bench.Compare;
using Attribution.Bench.Load;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>compare --rounds 5</c>: the engine beside the day's-work baseline and nginx, and beside another build
/// of itself, in turn on this machine. Stateless.
/// </summary>
internal static class CompareCommand
{
    private const string Engine = "engine";
    private const string Other = "other";
    private const string Baseline = "baseline";
    private const string Storing = "storing";
    private const string Nginx = "nginx";

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 5, 1, 1_000, "Each measures every server once.");

    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 3, 1, 600, "Of load on each server in each round.");

    private static readonly Option<int> WarmUp = Engines.Number(
        "--warm-up", 6, 0, 600, "Seconds of load on each server before the first round.");

    private static readonly Option<string[]> Scenarios = new("--scenario")
    {
        Description = "batches (100 events, 8 connections), single (64 connections), pipelined (8 times 16); "
            + "default all.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. Scenario.All.Select(scenario => scenario.Name)],
    };

    private static readonly Option<string[]> Servers = new("--servers")
    {
        Description = "Which servers: engine, baseline, storing (the baseline that inserts into "
            + "ClickHouse), nginx; default all that are found.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [Engine, Baseline, Storing, Nginx],
    };

    private static readonly Option<FileInfo?> Against = new("--against")
    {
        Description = "Attribution.Engine.dll of another build, to be measured as one more server.",
    };

    private static readonly Option<string> Durability = new("--durability")
    {
        Description = "The engine's: none, os or fsync.",
        DefaultValueFactory = _ => "os",
    };

    private static readonly Option<string> EngineOptions = new("--engine-options")
    {
        Description = "More options of the engine, in one string.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<string?> ServerCpus = new("--server-cpus")
    {
        Description = "Processors of the servers, as taskset lists them; all where absent.",
    };

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        Scenarios.AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);
        Servers.AcceptOnlyFromAmong(Engine, Baseline, Storing, Nginx);
        Durability.AcceptOnlyFromAmong("none", "os", "fsync");
        var command = new Command(
            "compare", "Measure the engine beside a day's-work baseline and nginx, in alternating rounds.")
        {
            Rounds, Seconds, WarmUp, Scenarios, Servers, Against, Durability, EngineOptions, ServerCpus, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string engineOptions =
            $"--durability {parsed.GetValue(Durability)} {parsed.GetValue(EngineOptions)}".Trim();
        var settings = new CompareSettings(
            [.. Scenario.All.Where(each => parsed.GetValue(Scenarios)!.Contains(each.Name))],
            parsed.GetValue(Rounds),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            TimeSpan.FromSeconds(parsed.GetValue(WarmUp)));
        CompareResult result = await Comparisons.RunAsync(
            Plans(parsed, engineOptions.Split(' ')), settings, engineOptions, cancel);
        await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
        return result.IsWithoutErrors ? 0 : 1;
    }

    private static IEnumerable<ServerPlan> Plans(ParseResult parsed, string[] engineOptions)
    {
        string[] wanted = parsed.GetValue(Servers)!;
        string? cpus = parsed.GetValue(ServerCpus);
        if (wanted.Contains(Engine))
            yield return ServerPlan.Engine(Engine, library: null, engineOptions, cpus);
        if (parsed.GetValue(Against) is { } library)
            yield return ServerPlan.Engine(Other, library.FullName, engineOptions, cpus);
        if (wanted.Contains(Baseline))
            yield return ServerPlan.Baseline(cpus);
        if (wanted.Contains(Storing))
            yield return ServerPlan.StoringBaseline(Storing, cpus);
        if (!wanted.Contains(Nginx))
            yield break;
        if (ServerPlan.Nginx(cpus) is { } nginx)
            yield return nginx;
        else
            Console.WriteLine("nginx is not on this machine: left out");
    }
}
