using System.CommandLine;
using Attribution.Bench.Load;
using Attribution.Bench.Reports;
using Attribution.Bench.Sending;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>load --seconds 60</c>: load in a closed or an open loop, for the figures of the engine. Stateless.
/// </summary>
internal static class LoadCommand
{
    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 60, 1, 86_400, "How long to send; with steps, at each rate.");

    private static readonly Option<int> WarmUp =
        Engines.Number("--warm-up", 5, 0, 3_600, "Seconds of the same load before anything is measured.");

    private static readonly Option<int> Batch =
        Engines.Number("--batch", 100, 1, 10_000, "Events per request.");

    private static readonly Option<bool> Single = new("--single")
    {
        Description = "One event per request, as --batch 1.",
    };

    private static readonly Option<int> Connections =
        Engines.Number("--connections", 8, 1, 10_000, "Connections.");

    private static readonly Option<int> Pipeline =
        Engines.Number("--pipeline", 1, 1, 256,
            "Requests sent on a connection before the first is answered.");

    private static readonly Option<int> Rate = Engines.Number(
        "--rate", 0, 0, 100_000_000,
        "Events per second, sent when due (open loop); 0 for as many as the engine takes (closed loop).");

    private static readonly Option<bool> Steps = new("--steps")
    {
        Description = "Measure at 20 to 110 % of --rate, one after another.",
    };

    private static readonly Option<bool> FindKnee = new("--find-knee")
    {
        Description = "The same of the rate that a closed loop reaches first.",
    };

    private static readonly Option<int> At = Engines.Number(
        "--at", 0, 0, 120,
        "Measure what a closed loop reaches, then send so many percent of it when due (open loop).");

    private static readonly Option<bool> Visible = new("--visible")
    {
        Description = "Mark events and look for them in ClickHouse while the load goes on.",
    };

    private static readonly Option<int> Threads =
        Engines.Number("--threads", 1, 1, 64, "Threads that send.");

    private static readonly Option<int> Persons =
        Engines.Number("--persons", 1_000_000, 1, int.MaxValue, "Persons the events are spread over.");

    private static readonly Option<bool> CompressedLife = new("--compressed-life")
    {
        Description = "Events carry the time at which they are sent: a person's touches and conversions all "
            + "fall into the seconds of the load. Otherwise event time runs up to two hours per second.",
    };

    private static readonly Option<Uri> Url = Engines.UrlOption();
    private static readonly Option<Uri> ClickHouse = Engines.ClickHouseOption();
    private static readonly Option<string> Database = Engines.DatabaseOption();
    private static readonly Option<string?> Key = Engines.KeyOption();
    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    /// <summary>Close together near the top, where the knee is.</summary>
    private static readonly double[] StepShares = [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1];

    public static Command Create()
    {
        Seconds.Aliases.Add("--duration");
        Pipeline.Aliases.Add("--pipelined");
        var command = new Command("load", "Put a load on the engine and measure it.")
        {
            Seconds, WarmUp, Batch, Single, Connections, Pipeline, Rate, Steps, FindKnee, At, Visible,
            Threads, Persons, CompressedLife, Url, ClickHouse, Database, Key, Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Steps) && result.GetValue(Rate) == 0)
                result.AddError("--steps needs a --rate; --find-knee finds it.");
            if (result.GetValue(At) > 0
                && (result.GetValue(Rate) > 0 || result.GetValue(Steps) || result.GetValue(FindKnee)))
            {
                result.AddError("--at finds the rate itself, and measures at one share of it.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        LoadSettings settings = Read(parsed);
        using var run = new LoadRun(settings);
        var progress = new LiveProgress("load", run.Seconds);
        Task<LoadResult> running = run.RunAsync(cancel);
        await progress.WatchAsync(
            running,
            () => run.SecondsDone,
            () => $"{run.Stage}  {progress.Figures(run.Accepted, run.Latencies, run.Errors)}"
                + $"  lag {run.LagEvents?.ToString("N0") ?? "?"}");
        LoadResult result = await running;
        LoadTable.Write(result);
        FileInfo? file = parsed.GetValue(Json);
        await ResultFile.WriteAsync(file, result, cancel);
        await ResultFile.WritePageAsync(file, machine => LoadPage.Render(result, machine), cancel);
        return result.Events > 0 && result.Errors == 0 ? 0 : 1;
    }

    private static LoadSettings Read(ParseResult parsed)
    {
        bool findsKnee = parsed.GetValue(FindKnee);
        int at = parsed.GetValue(At);
        double[] steps = findsKnee || parsed.GetValue(Steps) ? StepShares : [];
        if (at > 0)
            steps = [at / 100.0];
        return new LoadSettings
        {
            Engine = parsed.GetRequiredValue(Url),
            ClickHouse = parsed.GetRequiredValue(ClickHouse),
            Database = parsed.GetRequiredValue(Database),
            Key = parsed.GetValue(Key),
            Seconds = parsed.GetValue(Seconds),
            WarmUpSeconds = parsed.GetValue(WarmUp),
            BatchEvents = parsed.GetValue(Single) ? 1 : parsed.GetValue(Batch),
            Connections = parsed.GetValue(Connections),
            Pipelined = parsed.GetValue(Pipeline),
            Rate = findsKnee ? 0 : parsed.GetValue(Rate),
            Steps = steps,
            SamplesVisible = parsed.GetValue(Visible),
            Threads = parsed.GetValue(Threads),
            Persons = parsed.GetValue(Persons),
            Clock = parsed.GetValue(CompressedLife)
                ? EventClock.Wall
                : EventClock.Over(
                    Length(parsed, steps.Length + (findsKnee || at > 0 ? 1 : 0)),
                    DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
        };
    }

    /// <summary>How long the load will go on, with what passes between its phases.</summary>
    private static TimeSpan Length(ParseResult parsed, int steps)
    {
        const int Between = 3;
        int phases = Math.Max(1, steps);
        return TimeSpan.FromSeconds(
            parsed.GetValue(WarmUp) + Between + (phases * (parsed.GetValue(Seconds) + Between)));
    }
}
