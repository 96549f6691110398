using System.CommandLine;
using Attribution.Bench.Load;
using Attribution.Bench.Sending;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>visible --samples 200</c>: how long from the answer until an event can be queried. Stateless.
/// </summary>
internal static class VisibleCommand
{
    private static readonly Option<int> Samples =
        Engines.Number("--samples", 200, 1, 1_000_000, "Events to send, one after the other.");

    private static readonly Option<Uri> Url = Engines.UrlOption();
    private static readonly Option<Uri> ClickHouse = Engines.ClickHouseOption();
    private static readonly Option<string> Database = Engines.DatabaseOption();
    private static readonly Option<string?> Key = Engines.KeyOption();
    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command(
            "visible", "Measure the time from the answer until an event is in ClickHouse.")
        {
            Samples, Url, ClickHouse, Database, Key, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        int samples = parsed.GetValue(Samples);
        Uri url = parsed.GetRequiredValue(Url);
        using HttpClient engine = EventSender.NewClient(url, 1, parsed.GetValue(Key));
        await EventSender.RequireEngineAsync(engine, cancel);
        Uri clickHouse = parsed.GetRequiredValue(ClickHouse);
        using var counter = new EventCounter(clickHouse, parsed.GetRequiredValue(Database));
        var run = new VisibleRun(engine, counter);
        var progress = new LiveProgress("visible", samples);
        Task<VisibleResult> running = run.RunAsync(samples, cancel);
        await progress.WatchAsync(
            running, () => run.Done, () => progress.Figures(run.Done, run.Latencies, run.NeverVisible));
        VisibleResult result = await running;
        Console.WriteLine(
            $"visible after p50 {result.P50Millis:0.0} ms, p90 {result.P90Millis:0.0} ms, "
            + $"p99 {result.P99Millis:0.0} ms, max {result.MaxMillis:0.0} ms; never: {result.NeverVisible}");
        await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
        return result.NeverVisible == 0 ? 0 : 1;
    }
}
