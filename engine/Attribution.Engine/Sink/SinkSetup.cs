using System.Globalization;
using Attribution.Engine.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Attribution.Engine.Sink;

/// <summary>What a <see cref="SinkPipeline"/> is built with besides its options. Immutable.</summary>
public sealed record SinkSetup
{
    /// <summary>How soon a waiting writer notices that ClickHouse is gone.</summary>
    private static readonly TimeSpan OutageCheckInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>How many stages write, each on a thread of its own.</summary>
    public required int Writers { get; init; }

    /// <summary>The hash that rows of <c>attributions</c> are marked with.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The hash that rows of <c>identities</c> are marked with.</summary>
    public string IdentityRules { get; init; } = "";

    /// <summary>File for rows that ClickHouse takes neither in their table nor as dead letters.</summary>
    public required string LastResortPath { get; init; }

    /// <summary>The first sequence of this run; the watermark starts right before it.</summary>
    public long FirstSequence { get; init; }

    /// <summary>Names this run of the engine in deduplication tokens; no two runs share it.</summary>
    public string Run { get; init; } = Random.Shared.NextInt64().ToString("x", CultureInfo.InvariantCulture);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// An empty folder for blocks that ClickHouse does not take while it is away; null to let writers wait
    /// instead.
    /// </summary>
    public IJournalFileSystem? SpillFiles { get; init; }

    /// <summary>
    /// Where senders and the watermark run. A scheduler that runs one task at a time, with a clock of the
    /// same owner, makes a run that can be repeated step by step.
    /// </summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;

    /// <summary>
    /// Randomness of the retry's jitter: 0 up to, not including, 1. Called by several threads.
    /// </summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>
    /// Waits a short while, on a writer's thread, for a place among its sealed blocks: true when it was
    /// taken. Throws <see cref="OperationCanceledException"/> when the sink stops. A run on one thread does
    /// here what else there is to do.
    /// </summary>
    internal Func<SemaphoreSlim, CancellationToken, bool> WaitForRoom { get; init; } =
        static (room, stopping) => room.Wait(OutageCheckInterval, stopping);

    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>
    /// Called with each new watermark, rising, by one task of the pipeline; must not throw. Where it gives
    /// false it is called again with the same one: something was left to do that may succeed later.
    /// </summary>
    public Func<long, bool>? WatermarkAdvanced { get; init; }
}
