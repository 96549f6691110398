using System.Text;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Sink.Spill;
using Microsoft.Extensions.Logging;

namespace Attribution.Engine.Sink;

/// <summary>
/// Owns the writers' sealed blocks until they have landed in ClickHouse: compresses, inserts, retries,
/// bisects, and knows up to which sequence everything is durable there. Thread-safe, except that each
/// writer has one thread.
/// </summary>
/// <remarks>
/// Memory, at most: per writer and table <see cref="SinkOptions.MaxOpenPartitions"/> +
/// <see cref="SinkOptions.MaxSealedBlocks"/> blocks of <see cref="SinkOptions.MaxBatchBytes"/> each,
/// which doubling buffers may hold twice over; address space is taken for all of a block at once, memory
/// as it is filled. Events of one month, the usual case, use one open block and the sealed ones. Besides:
/// a block's compressed bytes per sender, and one more for the spill.
/// <para>
/// When ClickHouse is back after an outage, a sender may still wait for up to
/// <see cref="SinkOptions.RetryMaxDelay"/> before it notices.
/// </para>
/// </remarks>
public sealed class SinkPipeline : IAsyncDisposable
{
    private static readonly TimeSpan WatermarkInterval = TimeSpan.FromMilliseconds(50);

    private readonly SinkSetup _setup;
    private readonly ShardWriter[] _writers;
    private readonly SendQueue _queue = new();
    private readonly BlockSpill? _spill;
    private readonly LastResortFile _lastResort;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watermarkTask;
    private long _watermark;
    private long _announced;
    private bool _isSettled = true;

    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">
    /// An option is out of range.
    /// </exception>
    public SinkPipeline(SinkOptions options, IInsertTransport transport, SinkSetup setup)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(setup.Writers);
        _setup = setup;
        _watermark = _announced = setup.FirstSequence - 1;
        _lastResort = new LastResortFile(setup.LastResortPath, setup.Clock);

        Stats = new SinkStats(new InsertProgress(setup.Clock, options.SpillAfter));
        if (setup.SpillFiles is { } files)
            _spill = new BlockSpill(files, setup, _queue, Stats);
        var context = new BlockSetContext(options, setup, _queue, _spill, Stats, _stopping.Token);
        var marks = new RowMarks(
            Encoding.UTF8.GetBytes(setup.ConfigHash), Encoding.UTF8.GetBytes(setup.IdentityRules));
        _writers = new ShardWriter[setup.Writers];
        for (int index = 0; index < _writers.Length; index++)
            _writers[index] = new ShardWriter(index, marks, _watermark, context);

        var senders = new Task[options.MaxInFlight];
        for (int at = 0; at < senders.Length; at++)
        {
            BlockSender sender = NewSender(options, transport);
            senders[at] = Start(() => RunAsync(sender));
        }

        Completion = Task.WhenAll(senders);
        _watermarkTask = Start(FollowWatermarkAsync);
    }

    public SinkStats Stats { get; }

    /// <summary>Faults when a sender stopped on a bug of ours; waiting writers then throw as well.</summary>
    public Task Completion { get; }

    /// <summary>
    /// Every event up to this sequence is durable in ClickHouse, with all that its writers derived from
    /// it. Never falls.
    /// </summary>
    public long Watermark
    {
        get
        {
            long durable = long.MaxValue;
            foreach (ShardWriter writer in _writers)
                durable = Math.Min(durable, writer.DurableSequence());

            // After the writers: what one of them no longer holds has been spilled before, or is durable.
            durable = Math.Min(durable, (_spill?.FirstSequence ?? long.MaxValue) - 1);
            long before = Volatile.Read(ref _watermark);
            while (durable > before)
            {
                long seen = Interlocked.CompareExchange(ref _watermark, durable, before);
                if (seen == before)
                    return durable;
                before = seen;
            }

            return before;
        }
    }

    /// <summary>
    /// How long ago the oldest event was received that has a row not yet durable; 0 where all are.
    /// </summary>
    public long LagMillis
    {
        get
        {
            long oldest = long.MaxValue;
            foreach (ShardWriter writer in _writers)
                oldest = Math.Min(oldest, writer.OldestReceivedMillis());
            oldest = Math.Min(oldest, _spill?.OldestReceivedMillis ?? long.MaxValue);
            return oldest == long.MaxValue
                ? 0
                : Math.Max(0, _setup.Clock.GetUtcNow().ToUnixTimeMilliseconds() - oldest);
        }
    }

    public ShardWriter Writer(int index) => _writers[index];

    /// <summary>
    /// Seals and sends everything. The writers' threads must have stopped; nothing can be written after.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        // A flush waits for room, so it is kept off the caller's thread.
        await Start(FlushAllAsync).WaitAsync(cancel);
        _queue.Complete();
        await Completion.WaitAsync(cancel);
        await StopAsync();
        Announce();
    }

    /// <summary>Stops without sending what has not been sent: the journal still holds it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Completion.ContinueWith(static _ => { }, TaskScheduler.Default);
        _lastResort.Dispose();
        _stopping.Dispose();
    }

    private BlockSender NewSender(SinkOptions options, IInsertTransport transport)
    {
        var insert = new RetryingInsert(options, transport, _setup, Stats);
        return new BlockSender(_setup.Run, insert, new PoisonBisection(insert, options, _setup, Stats),
            new DeadLetterFiling(insert, _lastResort, _setup, Stats), Stats);
    }

    private async Task RunAsync(BlockSender sender)
    {
        try
        {
            await sender.RunAsync(_queue, _spill, _stopping.Token);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A sender less is a sink that silently slows down: stop all of it, and let the process end.
            _setup.Log.LogCritical(fault, "The sink stopped on a bug; the journal holds what is left.");
            await _stopping.CancelAsync();
            throw;
        }
    }

    private Task Start(Func<Task> work) => Task.Factory
        .StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _setup.Scheduler)
        .Unwrap();

    private Task FlushAllAsync()
    {
        foreach (ShardWriter writer in _writers)
            writer.Flush();
        return Task.CompletedTask;
    }

    private async Task FollowWatermarkAsync()
    {
        using var timer = new PeriodicTimer(WatermarkInterval, _setup.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                Announce();
        }
        catch (OperationCanceledException)
        {
            // Stopped; a drain announces the last watermark itself.
        }
    }

    private void Announce()
    {
        long watermark = Watermark;
        if (watermark <= _announced && _isSettled)
            return;

        _announced = watermark;
        _isSettled = _setup.WatermarkAdvanced?.Invoke(watermark) ?? true;
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _watermarkTask;
    }
}
