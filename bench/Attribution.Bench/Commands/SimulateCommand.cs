using System.CommandLine;
using System.Globalization;
using Attribution.Bench.Sending;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;
using Attribution.Simulator.Truths;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>simulate --events 1000000</c>: a realistic stream with a known truth, sent to the engine. Stateless.
/// </summary>
internal static class SimulateCommand
{
    private static readonly Option<long> Events = new("--events")
    {
        Description = "Distinct events; re-sent copies come on top.",
        DefaultValueFactory = _ => 1_000_000,
    };

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Equal seeds and ends give equal bytes.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<DateTimeOffset?> End = new("--end")
    {
        Description = "The moment the stream ends at, such as 2026-11-01T00:00:00Z. Default: now.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end))
                return end;
            result.AddError($"--end: '{text}' is no time such as 2026-11-01T00:00:00Z.");
            return null;
        },
    };

    private static readonly Option<int> Days =
        Engines.Number("--days", 30, 1, SimulatorOptions.MaxDays, "Days the stream covers.");

    private static readonly Option<int> Batch =
        Engines.Number("--batch", 100, 1, 10_000, "Events per request.");
    private static readonly Option<int> Connections =
        Engines.Number("--connections", 8, 1, 1_000, "Connections.");

    private static readonly Option<int> Rate =
        Engines.Number("--rate", 0, 0, 10_000_000, "Events per second; 0 for as many as the engine takes.");

    private static readonly Option<FileInfo?> TruthFile =
        new("--truth") { Description = "Write the truth to this file as JSON." };

    private static readonly Option<FileInfo?> Output =
        new("--output") { Description = "Write the events to this file as NDJSON instead of sending them." };

    private static readonly Option<Uri> Url = Engines.UrlOption();
    private static readonly Option<string?> Key = Engines.KeyOption();

    public static Command Create()
    {
        var command = new Command("simulate", "Send a realistic stream of journeys with a known truth.")
        {
            Events, Seed, End, Days, Batch, Connections, Rate, TruthFile, Output, Url, Key,
        };
        Events.Validators.Add(result =>
        {
            if (result.Errors.Any())
                return;
            if (result.GetValueOrDefault<long>() is < 0 or > SimulatorOptions.MaxEvents)
                result.AddError($"--events must be between 0 and {SimulatorOptions.MaxEvents:N0}.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var world = new SimulatorOptions
        {
            Events = parsed.GetValue(Events),
            Seed = parsed.GetValue(Seed),
            Days = parsed.GetValue(Days),
            End = parsed.GetValue(End) ?? DateTimeOffset.UtcNow,
        };
        Console.WriteLine(
            $"Seed {world.Seed}, {world.Events:N0} events over {world.Days} days, "
            + $"--end {world.End.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}");
        if (parsed.GetValue(Output) is { } file)
        {
            await FinishAsync(await WriteAsync(world, file, cancel), parsed, cancel);
            return 0;
        }

        using var run = new SimulationRun(new SimulationSettings
        {
            World = world,
            Engine = parsed.GetRequiredValue(Url),
            BatchEvents = parsed.GetValue(Batch),
            Connections = parsed.GetValue(Connections),
            Rate = parsed.GetValue(Rate),
            Key = parsed.GetValue(Key),
        });
        var progress = new LiveProgress("simulate", world.Events);
        string Figures() =>
            progress.Figures(run.Answered, run.Latencies, run.Rejected + run.Lost + run.Retries)
            + (run.Problem is { } problem ? $"  sending again: {problem}" : "");
        await progress.WatchAsync(run.RunAsync(cancel), () => run.Answered, Figures);
        Console.WriteLine($"{Figures()}  in {progress.Elapsed.TotalSeconds:0.0} s");
        Console.WriteLine(
            $"accepted {run.Accepted:N0}, rejected {run.Rejected:N0}, lost {run.Lost:N0}, "
            + $"sent again {run.Retries:N0}");
        await FinishAsync(run.Truth, parsed, cancel);
        if (run.Rejected + run.Lost == 0)
            return 0;
        await Console.Error.WriteLineAsync($"Events were refused for good; the first: {run.FirstError}");
        return 1;
    }

    private static async Task<Truth> WriteAsync(
        SimulatorOptions world, FileInfo file, CancellationToken cancel)
    {
        var stream = new EventStream(world);
        var body = new EventBody(BodyFormat.NdJson);
        await using FileStream target = file.Create();
        bool isMore = true;
        while (isMore)
        {
            body.Clear();
            while (body.Count < 500 && (isMore = stream.TryAppendTo(body)))
            {
            }

            await target.WriteAsync(body.Bytes, cancel);
        }

        return stream.Truth;
    }

    private static async Task FinishAsync(Truth truth, ParseResult parsed, CancellationToken cancel)
    {
        TruthTable.Write(truth);
        if (parsed.GetValue(TruthFile) is not { } file)
            return;
        await using FileStream target = file.Create();
        TruthJson.Write(truth, target);
        await target.FlushAsync(cancel);
        Console.WriteLine($"The truth is in {file.FullName}");
    }
}
