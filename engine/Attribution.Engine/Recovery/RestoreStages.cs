using System.Diagnostics;
using System.Threading.Channels;
using Attribution.Engine.Identity;
using Attribution.Engine.Workers;
using Attribution.Model.Events;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Takes stored events into identity and workers as the ring does live ones: each stage has its own thread
/// and sees all of them in one order. Used once, before the stages of the ring start.
/// </summary>
internal sealed class RestoreStages
{
    /// <summary>Bounds what is on the way; a stage that falls behind holds up the reading.</summary>
    private const int Batches = 16;

    private readonly Channel<RestoreBatch> _free = Channel.CreateBounded<RestoreBatch>(Batches);
    private readonly Channel<RestoreBatch> _toIdentity = Channel.CreateBounded<RestoreBatch>(Batches);
    private readonly Channel<RestoreBatch>[] _toWorkers;
    private readonly IdentityStage _identity;
    private readonly ShardWorker[] _workers;
    private long _identityTicks;
    private long _workerTicks;

    public RestoreStages(IdentityStage identity, ShardWorker[] workers)
    {
        _identity = identity;
        _workers = workers;
        _toWorkers = new Channel<RestoreBatch>[workers.Length];
        for (int i = 0; i < workers.Length; i++)
            _toWorkers[i] = Channel.CreateBounded<RestoreBatch>(Batches);
        for (int i = 0; i < Batches; i++)
            _free.Writer.TryWrite(new RestoreBatch());
    }

    /// <summary>How long the identity stage was at work, on its thread.</summary>
    public TimeSpan IdentityBusy => Stopwatch.GetElapsedTime(0, _identityTicks);

    /// <summary>How long the workers were, one with another.</summary>
    public TimeSpan WorkersBusy =>
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _workerTicks) / _workers.Length);

    /// <summary>Takes in what a reader reads; done when all of it is taken in.</summary>
    /// <param name="read">Rents batches, fills them and adds them.</param>
    public async Task RunAsync(Func<CancellationToken, Task> read, CancellationToken cancel)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var stages = new Task[_workers.Length + 2];
        stages[0] = RunAsync(() => ReadAsync(read, failed.Token), failed);
        stages[1] = RunAsync(() => IdentifyAsync(failed.Token), failed);
        for (int i = 0; i < _workers.Length; i++)
        {
            int shard = i;
            stages[i + 2] = RunAsync(() => TakeInAsync(shard, failed.Token), failed);
        }

        await Task.WhenAll(stages).ConfigureAwait(false);
    }

    /// <summary>An empty batch.</summary>
    public ValueTask<RestoreBatch> RentAsync(CancellationToken cancel) => _free.Reader.ReadAsync(cancel);

    public ValueTask AddAsync(RestoreBatch batch, CancellationToken cancel) =>
        _toIdentity.Writer.WriteAsync(batch, cancel);

    /// <summary>A stage that fails ends the others.</summary>
    private static Task RunAsync(Func<Task> stage, CancellationTokenSource failed) => Task.Run(async () =>
    {
        try
        {
            await stage().ConfigureAwait(false);
        }
        catch
        {
            await failed.CancelAsync().ConfigureAwait(false);
            throw;
        }
    });

    private async Task ReadAsync(Func<CancellationToken, Task> read, CancellationToken cancel)
    {
        await read(cancel).ConfigureAwait(false);
        _toIdentity.Writer.Complete();
    }

    private async Task IdentifyAsync(CancellationToken cancel)
    {
        await foreach (RestoreBatch batch in _toIdentity.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            long started = Stopwatch.GetTimestamp();
            Identify(batch);
            _identityTicks += Stopwatch.GetTimestamp() - started;

            batch.Share(_workers.Length);
            foreach (Channel<RestoreBatch> worker in _toWorkers)
                await worker.Writer.WriteAsync(batch, cancel).ConfigureAwait(false);
        }

        foreach (Channel<RestoreBatch> worker in _toWorkers)
            worker.Writer.Complete();
    }

    private async Task TakeInAsync(int shard, CancellationToken cancel)
    {
        ShardWorker worker = _workers[shard];
        await foreach (RestoreBatch batch in _toWorkers[shard].Reader.ReadAllAsync(cancel)
            .ConfigureAwait(false))
        {
            long started = Stopwatch.GetTimestamp();
            TakeIn(worker, batch);
            Interlocked.Add(ref _workerTicks, Stopwatch.GetTimestamp() - started);
            if (!batch.EndReading())
                continue;
            batch.Clear();
            await _free.Writer.WriteAsync(batch, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Memory is asked for some events ahead: the tables are as large as when the ring's stages run, and so
    /// is what waiting for them costs.
    /// </summary>
    private void Identify(RestoreBatch batch)
    {
        for (int i = -IdentityStage.LookAhead; i < batch.Count; i++)
        {
            int ahead = i + IdentityStage.LookAhead;
            if (ahead < batch.Count)
                _identity.Prefetch(batch[ahead]);
            if (i < 0)
                continue;
            ref EventRecord record = ref batch[i];
            _identity.Restore(ref record, batch.Bytes(record));
        }
    }

    private static void TakeIn(ShardWorker worker, RestoreBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (i + ShardWorker.LookAhead < batch.Count)
                worker.PrefetchPerson(batch[i + ShardWorker.LookAhead]);
            if (i + (2 * ShardWorker.LookAhead) < batch.Count)
                worker.PrefetchIndex(batch[i + (2 * ShardWorker.LookAhead)]);
            worker.Restore(batch[i], batch.Bytes(batch[i]));
        }
    }
}
