using System.CommandLine;
using System.Globalization;
using Attribution.Bench.EndToEnd;
using Attribution.Bench.Load;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>end-to-end --seconds 60</c>: the stream into the embedded ClickHouse beside ClickHouse alone.
/// Stateless.
/// </summary>
internal static class EndToEndCommand
{
    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 20, 1, 3_600, "Of the stream in each round.");

    private static readonly Option<int> Alone =
        Engines.Number("--alone-seconds", 10, 1, 60, "Of ClickHouse alone in each round.");

    private static readonly Option<int> WarmUp =
        Engines.Number("--warm-up", 8, 1, 600, "Seconds of each before the first round.");

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 3, 1, 100, "Stream and alone, in turn.");

    private static readonly Option<int> Prepared = Engines.Number(
        "--prepared", 2_000_000, 1_000, 50_000_000, "Events that are prepared for ClickHouse alone.");

    private static readonly Option<int> InFlight =
        Engines.Number("--in-flight", 4, 1, 64, "Inserts on their way to ClickHouse alone at a time.");

    private static readonly Option<int> Connections =
        Engines.Number("--connections", 8, 1, 1_000, "Connections of the stream.");

    private static readonly Option<string> EngineOptions = new("--engine-options")
    {
        Description = "Options of the engine besides its defaults, in one string.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command(
            "end-to-end", "Stream into the embedded ClickHouse, beside ClickHouse alone with prepared rows.")
        {
            Seconds, Alone, WarmUp, Rounds, Prepared, InFlight, Connections, EngineOptions, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var run = new EndToEndRun(
            new EndToEndSettings
            {
                Stream = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
                Alone = TimeSpan.FromSeconds(parsed.GetValue(Alone)),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(WarmUp)),
                Rounds = parsed.GetValue(Rounds),
                InsertsInFlight = parsed.GetValue(InFlight),
                PreparedEvents = parsed.GetValue(Prepared),
                Connections = parsed.GetValue(Connections),
                EngineOptions = parsed.GetRequiredValue(EngineOptions),
            },
            Console.WriteLine);
        EndToEndResult result = await run.RunAsync(cancel);
        Write(result);
        await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
        return result.IsExact && result.Rounds.All(round => round.Load.Errors == 0) ? 0 : 1;
    }

    private static void Write(EndToEndResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ratio       {result.Ratio!.Median:P1} of ClickHouse alone ({result.Ratio.Min:P1} to "
            + $"{result.Ratio.Max:P1})"));
        Console.WriteLine(
            $"prepared    {result.PreparedEvents:N0} events in {result.PreparedInserts:N0} inserts, "
            + $"{(double)result.PreparedBytes / result.PreparedEvents:0.0} B an event as sent");
        Console.WriteLine(
            $"ids         {result.Acknowledged:N0} acknowledged, {result.StoredRows:N0} rows, "
            + $"{result.StoredIds:N0} different ids: {(result.IsExact ? "exactly these" : "NOT THE SAME")}");
    }
}
