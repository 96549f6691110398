using System.CommandLine;
using Attribution.Bench.Sending;
using Attribution.Faults.Fuzzing;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>fuzz --seconds 60</c>: hostile bytes for everything that takes bytes from outside. Stateless.
/// </summary>
internal static class FuzzCommand
{
    private static readonly Option<string?> Target = new("--target")
    {
        Description = $"One of {string.Join(", ", FuzzTargets.Names)}; all of them by default.",
    };

    private static readonly Option<int> Seconds =
        Engines.Number("--seconds", 60, 1, 864_000, "How long, for all targets together.");

    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "Of the first input; a failure's makes its input again. By default the time decides.",
        DefaultValueFactory = _ => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
    };

    public static Command Create()
    {
        var command = new Command("fuzz", "Give hostile bytes to the engine's parsers and readers.")
        {
            Target, Seconds, Seed,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string[] names = parsed.GetValue(Target) is { } one ? [one] : [.. FuzzTargets.Names];
        if (names.Except(FuzzTargets.Names).Any())
        {
            await Console.Error.WriteLineAsync($"--target {names[0]}: {Target.Description}");
            return 2;
        }

        TimeSpan each = TimeSpan.FromSeconds((double)parsed.GetValue(Seconds) / names.Length);
        int failures = 0;
        foreach (string name in names)
            failures += await RunAsync(name, each, parsed.GetValue(Seed), cancel) ? 0 : 1;
        return failures == 0 ? 0 : 1;
    }

    private static async Task<bool> RunAsync(
        string name, TimeSpan time, long seed, CancellationToken cancel)
    {
        await using FuzzTarget target = await FuzzTargets.CreateAsync(name);
        var run = new FuzzRun(target, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(time);
        var progress = new LiveProgress(name, time.TotalSeconds);
        Task<FuzzFailure?> running = run.RunAsync(long.MaxValue, stop.Token);
        await progress.WatchAsync(
            running, () => progress.Elapsed.TotalSeconds,
            () => $"{run.Count:N0} inputs, seed {run.NextSeed}");
        FuzzFailure? failure = await running;
        cancel.ThrowIfCancellationRequested();
        if (failure is null)
        {
            Console.WriteLine($"{name,-8} {run.Count:N0} inputs from seed {seed}: all held");
            return true;
        }

        string file = Path.GetFullPath($"fuzz-{name}-{failure.Seed}.bin");
        await File.WriteAllBytesAsync(file, failure.Input, cancel);
        await Console.Error.WriteLineAsync($"{failure}\nThe input is in {file}; again with "
            + $"fuzz --target {name} --seed {failure.Seed}");
        return false;
    }
}
