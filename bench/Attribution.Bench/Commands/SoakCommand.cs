using System.CommandLine;
using System.Globalization;
using Attribution.Bench.Sending;
using Attribution.Engine.Journal;
using Attribution.Faults.Simulation;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>soak --seeds 100000</c>: simulated lives of the engine under faults, one for each seed; and
/// <c>soak --seed 42 --trace</c>, which replays one. Stateless.
/// </summary>
internal static class SoakCommand
{
    private static readonly Option<int> Seeds =
        Engines.Number("--seeds", 10_000, 1, int.MaxValue, "How many seeds to run.");

    private static readonly Option<int> From =
        Engines.Number("--from", 0, 0, int.MaxValue, "The first of them.");

    private static readonly Option<int?> Seed = new("--seed") { Description = "Run this seed alone." };

    private static readonly Option<bool> Trace = new("--trace") { Description = "With --seed: every step." };

    private static readonly Option<Durability?> Durable = new("--durability")
    {
        Description = "fsync, os or none. Default: the seed decides.",
    };

    private static readonly Option<int> Threads = Engines.Number(
        "--threads", Environment.ProcessorCount, 1, 256, "Seeds run at a time, each on one thread.");

    public static Command Create()
    {
        var command = new Command("soak", "Simulate the engine under faults, one short life for each seed.")
        {
            Seeds, From, Seed, Trace, Durable, Threads,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        Durability? durability = parsed.GetValue(Durable);
        if (parsed.GetValue(Seed) is { } seed)
            return RunOne(seed, durability, parsed.GetValue(Trace));

        var soak = new Soak(parsed.GetValue(From), parsed.GetValue(Seeds), durability);
        var progress = new LiveProgress("soak", parsed.GetValue(Seeds));
        string Figures() => string.Create(
            CultureInfo.InvariantCulture,
            $"{soak.Done:N0} seeds  {soak.Done / Math.Max(0.001, progress.Elapsed.TotalSeconds):N0}/s  "
            + $"{soak.Starts:N0} starts  {soak.PowerLosses:N0} power losses  failures {soak.Failures:N0}");
        Task work = Task.Run(() => soak.Run(parsed.GetValue(Threads), cancel), CancellationToken.None);
        await progress.WatchAsync(work, () => soak.Done, Figures);
        Console.WriteLine($"{Figures()}  in {progress.Elapsed.TotalSeconds:0.0} s");
        foreach (Durability kind in Enum.GetValues<Durability>())
            Console.WriteLine(soak.Describe(kind));
        Console.WriteLine(soak.DescribeEffort());
        return soak.Failures == 0 ? 0 : 1;
    }

    private static int RunOne(int seed, Durability? durability, bool isTraced)
    {
        SimulationResult result = SimulatedRun.Execute(new SimulationOptions
        {
            Seed = seed,
            Durability = durability,
            Trace = isTraced ? Console.WriteLine : null,
        });
        foreach (string failure in result.Failures)
            Console.WriteLine(failure);
        Console.WriteLine(
            $"seed {seed}: {result.Durability}, {result.Events} events, {result.Starts} starts, "
            + $"{result.PowerLosses} power losses, {result.Lost} lost, {result.Failures.Count} failures");
        return result.IsKept ? 0 : 1;
    }

    /// <summary>Many seeds on some threads, and what they came to. Safe for any thread.</summary>
    private sealed class Soak(int first, int count, Durability? durability)
    {
        private readonly Lock _gate = new();
        private readonly long[] _events = new long[3];
        private readonly long[] _lost = new long[3];
        private SimulationEffort _effort = new();

        public int Done { get; private set; }

        public int Failures { get; private set; }

        public long Starts { get; private set; }

        public long PowerLosses { get; private set; }

        public void Run(int threads, CancellationToken cancel)
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
            Parallel.For(0, count, limits, at => Take(SimulatedRun.Execute(
                new SimulationOptions { Seed = first + at, Durability = durability })));
        }

        public string Describe(Durability kind) =>
            $"{kind}: {_lost[(int)kind]:N0} of {_events[(int)kind]:N0} events acknowledged and lost";

        public string DescribeEffort() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.CpuUsage.TotalTime.TotalMilliseconds / Math.Max(1, Done):N1} ms of CPU a seed; "
            + $"writers waited {_effort.Waits:N0} times; blocks spilled {_effort.SpilledBlocks:N0}, refused "
            + $"{_effort.SpillsReadTwice:N0}, not readable {_effort.SpillStops:N0}");

        private void Take(SimulationResult result)
        {
            using (_gate.EnterScope())
            {
                _effort += result.Effort;
                Done++;
                Starts += result.Starts;
                PowerLosses += result.PowerLosses;
                _events[(int)result.Durability] += result.Events;
                _lost[(int)result.Durability] += result.Lost;
                if (result.IsKept)
                    return;
                Failures++;
                string reason = result.Failures[0].Split('\n')[0];
                string forced = durability is { } kind ? $" --durability {kind}" : "";
                Console.Error.WriteLine($"soak --seed {result.Seed}{forced} --trace: {reason}");
            }
        }
    }
}
