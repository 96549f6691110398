using System.Collections.Concurrent;

namespace Attribution.Engine.Workers;

/// <summary>
/// Hands persons from shard to shard at a merge. Every worker sees every slot in the same order, so at a
/// merging slot the losing shard always gives exactly one transfer and the winning shard always takes exactly
/// one. One queue for each ordered pair of shards; each has one writer and one reader. Bounded by the ring's
/// slots.
/// </summary>
internal sealed class ShardExchange
{
    private readonly ConcurrentQueue<PersonTransfer>[] _queues;
    private readonly int _shards;
    private volatile bool _stopped;

    public ShardExchange(int shards)
    {
        _shards = shards;
        _queues = new ConcurrentQueue<PersonTransfer>[shards * shards];
        for (int i = 0; i < _queues.Length; i++)
            _queues[i] = new ConcurrentQueue<PersonTransfer>();
    }

    /// <summary>Which shard owns a person.</summary>
    public int ShardOf(ulong person) => (int)(((person * 0x9E3779B97F4A7C15) >> 32) * (uint)_shards >> 32);

    public void Give(int from, int to, PersonTransfer transfer) =>
        _queues[(from * _shards) + to].Enqueue(transfer);

    /// <summary>
    /// Waits for the other shard to reach the slot. It cannot deadlock: a worker waits only for one that is
    /// behind it, and the worker furthest behind waits for nobody.
    /// </summary>
    public PersonTransfer Take(int from, int to)
    {
        var spin = new SpinWait();
        PersonTransfer? transfer;
        while (!_queues[(from * _shards) + to].TryDequeue(out transfer))
        {
            if (_stopped)
                throw new OperationCanceledException(
                    "The engine stopped while a person moved between shards.");
            spin.SpinOnce();
        }

        return transfer;
    }

    /// <summary>Wakes workers that wait for one that has failed.</summary>
    public void Stop() => _stopped = true;
}
