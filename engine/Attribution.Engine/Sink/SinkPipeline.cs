using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Attribution.Engine.Sink;

/// <summary>What a <see cref="SinkPipeline"/> is built with besides its options. Immutable.</summary>
public sealed record SinkSetup
{
    /// <summary>How many stages write, each on a thread of its own.</summary>
    public required int Writers { get; init; }

    /// <summary>The hash that rows of <c>attributions</c> are marked with.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>File for rows that ClickHouse takes neither in their table nor as dead letters.</summary>
    public required string LastResortPath { get; init; }

    /// <summary>The first sequence of this run; the watermark starts right before it.</summary>
    public long FirstSequence { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Randomness of the retry's jitter: 0 up to, not including, 1. Called by several threads.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Called with each new watermark, rising, by one task of the pipeline; must not throw.</summary>
    public Action<long>? WatermarkAdvanced { get; init; }
}

/// <summary>
/// Owns the writers' sealed blocks until they have landed in ClickHouse: compresses, inserts, retries, bisects, and
/// knows up to which sequence everything is durable there. Thread-safe, except that each writer has one thread.
/// </summary>
public sealed class SinkPipeline : IAsyncDisposable
{
    public SinkPipeline(SinkOptions options, IInsertTransport transport, SinkSetup setup) =>
        throw new NotImplementedException();

    public ShardWriter Writer(int index) => throw new NotImplementedException();

    /// <summary>
    /// Every event up to this sequence is durable in ClickHouse, with all that its writers derived from it. Never falls.
    /// </summary>
    public long Watermark => throw new NotImplementedException();

    /// <summary>Faults when a sender stopped on a bug of ours; waiting writers then throw as well.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Seals and sends everything. The writers' threads must have stopped; nothing can be written after.</summary>
    public Task DrainAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Stops without sending what has not been sent: the journal still holds it.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
