using System.CommandLine;
using Attribution.Bench.Load;
using Attribution.Bench.Sending;

namespace Attribution.Bench.Commands;

/// <summary><c>load --seconds 60</c>: sustained load, for the figures of the engine. Stateless.</summary>
internal static class LoadCommand
{
    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 60, 1, 86_400, "How long to send.");
    private static readonly Option<int> Batch =
        Engines.Number("--batch", 100, 1, 10_000, "Events per request.");
    private static readonly Option<int> Connections =
        Engines.Number("--connections", 8, 1, 1_000, "Connections.");

    private static readonly Option<int> Pipelined =
        Engines.Number("--pipelined", 1, 1, 256,
            "Requests sent on a connection before the first is answered.");

    private static readonly Option<int> Rate = Engines.Number(
        "--rate", 0, 0, 100_000_000,
        "Events per second, sent when due (open loop); 0 for as many as the engine takes.");

    private static readonly Option<int> Persons =
        Engines.Number("--persons", 1_000_000, 1, int.MaxValue, "Persons the events are spread over.");

    private static readonly Option<Uri> Url = Engines.UrlOption();
    private static readonly Option<Uri> ClickHouse = Engines.ClickHouseOption();
    private static readonly Option<string> Database = Engines.DatabaseOption();
    private static readonly Option<string?> Key = Engines.KeyOption();
    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command("load", "Put a sustained load on the engine and measure it.")
        {
            Seconds, Batch, Connections, Pipelined, Rate, Persons, Url, ClickHouse, Database, Key, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var settings = new LoadSettings
        {
            Engine = parsed.GetRequiredValue(Url),
            ClickHouse = parsed.GetRequiredValue(ClickHouse),
            Database = parsed.GetRequiredValue(Database),
            Key = parsed.GetValue(Key),
            Seconds = parsed.GetValue(Seconds),
            BatchEvents = parsed.GetValue(Batch),
            Connections = parsed.GetValue(Connections),
            Pipelined = parsed.GetValue(Pipelined),
            Rate = parsed.GetValue(Rate),
            Persons = parsed.GetValue(Persons),
        };
        using var run = new LoadRun(settings);
        var progress = new LiveProgress("load", settings.Seconds);
        Task<LoadResult> running = run.RunAsync(cancel);
        await progress.WatchAsync(
            running,
            () => progress.Elapsed.TotalSeconds,
            () => $"{progress.Figures(run.Accepted, run.Latencies, run.Errors)}  lag {Count(run.LagEvents)}");
        LoadResult result = await running;
        Write(result);
        await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
        return result.Events > 0 && result.Errors == 0 ? 0 : 1;
    }

    private static void Write(LoadResult result)
    {
        Console.WriteLine(
            $"events      {result.Events:N0} in {result.Seconds:0.0} s: {result.EventsPerSecond:N0}/s");
        Console.WriteLine(
            $"answers     p50 {result.AnswerP50Millis:0.00} ms, p99 {result.AnswerP99Millis:0.00} ms, "
            + $"p99.9 {result.AnswerP999Millis:0.00} ms, max {result.AnswerMaxMillis:0.00} ms");
        Console.WriteLine(
            $"engine      {Figure(result.EngineCpuMicrosPerEvent, "0.00")} µs CPU/event, "
            + $"{Figure(result.EngineAllocatedBytesPerEvent, "0.0")} B allocated/event");
        long? worst = result.LagEvents.Count > 0 ? result.LagEvents.Max() : null;
        Console.WriteLine(
            $"ClickHouse  at most {Count(worst)} events behind; all visible "
            + $"{Figure(result.LagAtEndSeconds, "0.00")} s after the last answer");
        if (result.FirstError.Length > 0)
            Console.Error.WriteLine($"errors      {result.Errors:N0}; the first: {result.FirstError}");
    }

    private static string Count(long? value) => value?.ToString("N0") ?? "?";

    private static string Figure(double? value, string format) =>
        value?.ToString(format, System.Globalization.CultureInfo.InvariantCulture) ?? "?";
}
