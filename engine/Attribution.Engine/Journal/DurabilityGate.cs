using System.Collections.Concurrent;

namespace Attribution.Engine.Journal;

/// <summary>
/// Where requests wait until the journal has made their events durable. Requests wait from any thread;
/// <see cref="Complete"/> and <see cref="Fail"/> belong to the journal's thread. Waits allocate nothing once
/// warm.
/// </summary>
/// <remarks>
/// A request puts its waiter on the list and then looks at the durable sequence once more; the journal moves
/// the durable sequence and then takes the list. Both steps have a full fence in between, so one of the two
/// sees the other.
/// </remarks>
public sealed class DurabilityGate
{
    /// <summary>Waiters kept for reuse: as many as requests are likely to wait at one time.</summary>
    private const int MaxPooled = 32 * 1024;

    private readonly bool _alwaysOpen;
    private readonly ConcurrentQueue<DurabilityWaiter> _pool = new();
    private int _pooled;

    /// <summary>Waiters added since the journal looked last, the newest first.</summary>
    private DurabilityWaiter? _added;
    private long _durable;
    private JournalException? _failure;

    /// <summary>
    /// Waiters the journal has seen and not completed, the oldest first. The journal's thread only.
    /// </summary>
    private DurabilityWaiter? _oldest;
    private DurabilityWaiter? _newest;

    /// <param name="durableSequence">The last sequence durable already; -1 when there is none.</param>
    /// <param name="alwaysOpen">Waits are over at once, as <see cref="Durability.None"/> asks.</param>
    public DurabilityGate(long durableSequence, bool alwaysOpen = false)
    {
        _durable = durableSequence;
        _alwaysOpen = alwaysOpen;
    }

    public long DurableSequence => Volatile.Read(ref _durable);

    /// <summary>Why waits fail at the moment; null while the journal writes.</summary>
    public JournalException? Failure => Volatile.Read(ref _failure);

    public ValueTask WaitAsync(long sequence, CancellationToken cancel)
    {
        if (_alwaysOpen || sequence <= DurableSequence)
            return ValueTask.CompletedTask;
        if (cancel.IsCancellationRequested)
            return ValueTask.FromCanceled(cancel);

        DurabilityWaiter waiter = Rent(sequence);
        Add(waiter);

        JournalException? failure = Failure;
        if ((sequence > DurableSequence && failure is null) || !waiter.TryDecide(error: null))
            return waiter.Task(cancel);

        waiter.LetGo();
        return sequence <= DurableSequence ? ValueTask.CompletedTask : ValueTask.FromException(failure!);
    }

    /// <summary>Everything up to this sequence is durable, and the journal writes.</summary>
    public void Complete(long durable)
    {
        Volatile.Write(ref _failure, null);
        Open(durable, null);
    }

    /// <summary>
    /// Everything up to this sequence is durable; every other wait fails, until the next completion.
    /// </summary>
    public void Fail(long durable, JournalException failure)
    {
        Volatile.Write(ref _failure, failure);
        Open(durable, failure);
    }

    internal void Return(DurabilityWaiter waiter)
    {
        if (Interlocked.Increment(ref _pooled) <= MaxPooled)
            _pool.Enqueue(waiter);
        else
            Interlocked.Decrement(ref _pooled);
    }

    private DurabilityWaiter Rent(long sequence)
    {
        if (_pool.TryDequeue(out DurabilityWaiter? waiter))
            Interlocked.Decrement(ref _pooled);
        else
            waiter = new DurabilityWaiter(this);
        waiter.Begin(sequence);
        return waiter;
    }

    private void Add(DurabilityWaiter waiter)
    {
        DurabilityWaiter? before;
        do
        {
            before = Volatile.Read(ref _added);
            waiter.NextInList = before;
        }
        while (Interlocked.CompareExchange(ref _added, waiter, before) != before);
    }

    private void Open(long durable, JournalException? failure)
    {
        if (durable > _durable)
            Volatile.Write(ref _durable, durable);
        TakeAdded();

        DurabilityWaiter? waiter = _oldest;
        DurabilityWaiter? chainEnd = null;
        DurabilityWaiter? chain = null;
        _oldest = null;
        _newest = null;
        while (waiter is not null)
        {
            DurabilityWaiter? next = waiter.NextInList;
            waiter.NextInList = null;
            bool isDurable = waiter.Sequence <= _durable;
            if (!isDurable && failure is null && !waiter.IsDecided)
            {
                Keep(waiter);
            }
            else
            {
                if (waiter.TryDecide(isDurable ? null : failure))
                    GoOn(waiter, ref chain, ref chainEnd);
                waiter.LetGo();
            }

            waiter = next;
        }

        if (chain is not null)
            ThreadPool.UnsafeQueueUserWorkItem(chain, preferLocal: false);
    }

    private static void GoOn(DurabilityWaiter waiter, ref DurabilityWaiter? head, ref DurabilityWaiter? end)
    {
        if (waiter.Thread is { } thread)
        {
            thread.Post(waiter);
            return;
        }

        if (end is null)
            head = waiter;
        else
            end.NextInChain = waiter;
        end = waiter;
    }

    private void Keep(DurabilityWaiter waiter)
    {
        if (_newest is null)
            _oldest = waiter;
        else
            _newest.NextInList = waiter;
        _newest = waiter;
    }

    /// <summary>
    /// Moves the added ones to the end of the journal's own list, turning their order round.
    /// </summary>
    private void TakeAdded()
    {
        DurabilityWaiter? added = Interlocked.Exchange(ref _added, null);
        DurabilityWaiter? reversed = null;
        while (added is not null)
        {
            DurabilityWaiter? next = added.NextInList;
            added.NextInList = reversed;
            reversed = added;
            added = next;
        }

        while (reversed is not null)
        {
            DurabilityWaiter? next = reversed.NextInList;
            reversed.NextInList = null;
            Keep(reversed);
            reversed = next;
        }
    }
}
