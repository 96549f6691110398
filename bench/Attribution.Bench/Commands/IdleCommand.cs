using System.CommandLine;
using Attribution.Bench.Idle;
using Attribution.Bench.Load;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>idle --rounds 4</c>: what idle and slow connections do to the answers that others get. Stateless.
/// </summary>
internal static class IdleCommand
{
    private static readonly Option<int> Idle =
        Engines.Number("--idle", 10_000, 0, 19_000, "Connections that ask nothing.");

    private static readonly Option<int> Slow =
        Engines.Number("--slow", 1_000, 0, 19_000, "Senders of one byte per second.");

    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 15, 1, 100, "Of each half of a round; below the engine's idle limit.");

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 4, 1, 100, "Without and with them, in turn.");

    private static readonly Option<int> Rate =
        Engines.Number("--rate", 1_000, 1, 100_000, "Events, each a request, per second of the normal load.");

    private static readonly Option<Uri> Url = Engines.UrlOption();
    private static readonly Option<Uri> ClickHouse = Engines.ClickHouseOption();
    private static readonly Option<string> Database = Engines.DatabaseOption();
    private static readonly Option<string?> Key = Engines.KeyOption();
    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command("idle", "Measure answers beside a crowd of idle and slow connections.")
        {
            Idle, Slow, Seconds, Rounds, Rate, Url, ClickHouse, Database, Key, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var load = new LoadSettings
        {
            Engine = parsed.GetRequiredValue(Url),
            ClickHouse = parsed.GetRequiredValue(ClickHouse),
            Database = parsed.GetRequiredValue(Database),
            Key = parsed.GetValue(Key),
            Seconds = parsed.GetValue(Seconds),
            // An answer's time counts from when its first event was due: more would add their own wait.
            BatchEvents = 1,
            Connections = 8,
            Pipelined = 1,
            Rate = parsed.GetValue(Rate),
            Persons = 100_000,
        };
        var run = new IdleRun(load, parsed.GetValue(Idle), parsed.GetValue(Slow));
        IdleResult result = await run.RunAsync(parsed.GetValue(Rounds), Write, cancel);
        Console.WriteLine($"median of the ratios {result.MedianP99Ratio:0.00}; the aim is below 2");
        await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
        return result.Rounds.All(round => round.Errors == 0) ? 0 : 1;
    }

    private static void Write(int number, IdleRound round) => Console.WriteLine(
        $"round {number}: p99 alone {round.AloneP99Millis:0.0} ms, beside the crowd "
        + $"{round.CrowdP99Millis:0.0} ms, ratio {round.P99Ratio:0.00}; {round.IdleAtTheEnd:N0} idle ones "
        + $"are left, {round.SlowCutOff:N0} slow ones were cut off, {round.Errors} errors");
}
