using System.CommandLine;
using System.Globalization;
using Attribution.Bench.Crash;
using Attribution.Bench.Load;
using Attribution.Bench.Starts;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>start --persons 1000000 --rounds 5</c>: how long the engine takes from its start until it takes events,
/// and until attribution has its state, with that many persons to recover, after a stop and after a kill,
/// stage by stage. Stateless.
/// </summary>
internal static class StartCommand
{
    private static readonly Option<int> Persons =
        Engines.Number("--persons", 1_000_000, 100, 10_000_000, "Persons to recover, about.");

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 5, 1, 1_000, "Each starts every build twice.");

    private static readonly Option<DirectoryInfo?> Data = new("--data")
    {
        Description = "Data folder to start on, prepared first where it does not exist, and kept; "
            + "one that goes at the end where absent.",
    };

    private static readonly Option<FileInfo?> Against = new("--against")
    {
        Description = "Attribution.Engine.dll of another build, started in turn with this one.",
    };

    private static readonly Option<string> EngineOptions = new("--engine-options")
    {
        Description = "Options of the engine, in one string.",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command(
            "start", "Measure the time from the engine's start to events and to its state, with persons.")
        {
            Persons, Rounds, Data, Against, EngineOptions, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string? kept = parsed.GetValue(Data)?.FullName;
        string? other = parsed.GetValue(Against)?.FullName;
        var settings = new StartSettings
        {
            Folder = kept ?? Path.Combine(Path.GetTempPath(), $"attribution-start-{Guid.NewGuid():N}"),
            Persons = parsed.GetValue(Persons),
            Rounds = parsed.GetValue(Rounds),
            EngineOptions = parsed.GetValue(EngineOptions)!,
            Builds = other is null ? [("engine", null)] : [("engine", null), ("other", other)],
        };
        try
        {
            await using var run = new StartRun(settings);
            await run.PrepareAsync(Console.WriteLine, cancel);
            IReadOnlyList<StartSample> samples =
                await run.RunAsync(sample => Console.WriteLine(Line(sample)), cancel);
            StartResult result = StartResult.Of(samples);
            Write(result);
            await ResultFile.WriteAsync(parsed.GetValue(Json), result, cancel);
            return 0;
        }
        finally
        {
            if (kept is null && Directory.Exists(settings.Folder))
                Directory.Delete(settings.Folder, recursive: true);
        }
    }

    private static string Line(StartSample sample) => string.Create(
        CultureInfo.InvariantCulture,
        $"  {sample.Build,-7} after a {sample.After}  takes events {sample.ReadySeconds,6:0.00} s  "
        + $"state {sample.WholeSeconds,6:0.00} s  CPU {sample.CpuSeconds,6:0.00} s  "
        + $"ClickHouse {sample.ClickHouseCpuSeconds,5:0.00} s  "
        + $"{sample.Persons:N0} persons, {sample.Events:N0} events read back");

    private static void Write(StartResult result)
    {
        foreach (StartSummary one in result.Summaries)
        {
            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Build} after a {one.After}: takes events after {Times(one.ReadySeconds)} s, "
                + $"has its state after {Times(one.WholeSeconds)} s; "
                + $"CPU {Times(one.CpuSeconds)} s, ClickHouse {Times(one.ClickHouseCpuSeconds)} s"));
            if (one.EventsPerSecond.Max > 0)
                Console.WriteLine(Text($"  read back {one.EventsPerSecond.Median:N0} events/s"));
            foreach ((string stage, Spread seconds) in one.Stages)
                Console.WriteLine(Text($"  {stage,-12} {Times(seconds)} s"));
        }

        Console.WriteLine();
        foreach (StartRatio ratio in result.Ratios)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"engine / {ratio.Other} after a {ratio.After}: {Times(ratio.ReadySeconds)} of the time to "
                + $"events, {Times(ratio.WholeSeconds)} of that to the state"));
    }

    /// <summary>Median, and from where to where the rounds went.</summary>
    private static string Times(Spread spread) =>
        Text($"{spread.Median:0.00} ({spread.Min:0.00} to {spread.Max:0.00})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
