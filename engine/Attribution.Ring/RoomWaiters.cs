using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Attribution.Ring;

/// <summary>
/// The producers that wait for room, served in the order they came. Safe for any thread; costs consumers one
/// read of a counter while nobody waits.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The timer is only armed while somebody waits.")]
public sealed class RoomWaiters
{
    private const int DefaultMaxWaiters = 4_096;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    private readonly Func<long, long, bool> _hasRoom;
    private readonly int _maxWaiters;
    private readonly Lock _gate = new();
    private readonly Timer _poll;
    private RoomWaiter? _oldest;
    private RoomWaiter? _newest;
    private RoomWaiter? _spare;
    private PaddedInt _count;

    /// <param name="hasRoom">Given slots and bytes; must not call back into this object.</param>
    /// <param name="maxWaiters">One more is refused as if its time were out.</param>
    public RoomWaiters(Func<long, long, bool> hasRoom, int maxWaiters = DefaultMaxWaiters)
    {
        ArgumentNullException.ThrowIfNull(hasRoom);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWaiters, 1);
        _hasRoom = hasRoom;
        _maxWaiters = maxWaiters;
        TimerCallback poll = static self => ((RoomWaiters)self!).Poll();
        _poll = new Timer(poll, this, Timeout.Infinite, Timeout.Infinite);
    }

    public int Count => _count.Value;

    /// <summary>True once there was room; false on time-out, or at once when too many wait already.</summary>
    public ValueTask<bool> WaitAsync(int slots, int bytes, TimeSpan timeout, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancel);
        // Whoever waits already goes first, or a stream of small claims could starve a large one.
        if (Count == 0 && _hasRoom(slots, bytes))
            return ValueTask.FromResult(true);
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            return ValueTask.FromResult(false);

        RoomWaiter? waiter = Enqueue(slots, bytes, timeout, cancel);
        if (waiter is null)
            return ValueTask.FromResult(false);

        ValueTask<bool> task = waiter.Task;
        waiter.RegisterCancel();
        // Now that it is counted: a consumer that advanced before could not know of it.
        WakeThoseWithRoom();
        return task;
    }

    /// <summary>Called after a consumer's sequence moved and a full fence.</summary>
    internal void Advanced()
    {
        if (_count.Value != 0)
            WakeThoseWithRoom();
    }

    internal void Cancel(RoomWaiter waiter, CancellationToken cancel)
    {
        using (_gate.EnterScope())
        {
            // The waiter may have been served, and may even wait again for somebody else by now.
            if (!waiter.IsWaiting || waiter.Cancel != cancel)
                return;
            Remove(waiter);
        }

        waiter.SetCanceled();
    }

    internal void Return(RoomWaiter waiter)
    {
        using (_gate.EnterScope())
        {
            waiter.Next = _spare;
            _spare = waiter;
        }
    }

    private RoomWaiter? Enqueue(int slots, int bytes, TimeSpan timeout, CancellationToken cancel)
    {
        using (_gate.EnterScope())
        {
            if (Count >= _maxWaiters)
                return null;

            RoomWaiter waiter = _spare ?? new RoomWaiter(this);
            _spare = waiter.Next;
            waiter.Begin(slots, bytes, DeadlineOf(timeout), cancel);
            waiter.Previous = _newest;
            if (_newest is null)
                _oldest = waiter;
            else
                _newest.Next = waiter;
            _newest = waiter;

            // A full fence, so that the look for room that follows comes after being counted.
            if (Interlocked.Increment(ref _count.Value) == 1)
                _poll.Change(PollInterval, Timeout.InfiniteTimeSpan);
            return waiter;
        }
    }

    private void WakeThoseWithRoom()
    {
        RoomWaiter? served = null;
        using (_gate.EnterScope())
        {
            long slots = 0;
            long bytes = 0;
            while (_oldest is { } waiter)
            {
                // Together they must fit, or all but the first would only come back to wait again.
                slots += waiter.Slots;
                bytes += waiter.Bytes;
                if (!_hasRoom(slots, bytes))
                    break;
                Remove(waiter);
                Push(waiter, ref served);
            }
        }

        SetResults(served, true);
    }

    /// <summary>
    /// Ends waits whose time is out, and finds room that a consumer made without saying so.
    /// </summary>
    private void Poll()
    {
        WakeThoseWithRoom();

        RoomWaiter? late = null;
        using (_gate.EnterScope())
        {
            long now = Stopwatch.GetTimestamp();
            RoomWaiter? next;
            for (RoomWaiter? waiter = _oldest; waiter is not null; waiter = next)
            {
                next = waiter.Next;
                if (now < waiter.DeadlineTimestamp)
                    continue;
                Remove(waiter);
                Push(waiter, ref late);
            }

            if (Count != 0)
                _poll.Change(PollInterval, Timeout.InfiniteTimeSpan);
        }

        SetResults(late, false);
    }

    private void Remove(RoomWaiter waiter)
    {
        if (waiter.Previous is null)
            _oldest = waiter.Next;
        else
            waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null)
            _newest = waiter.Previous;
        else
            waiter.Next.Previous = waiter.Previous;

        waiter.End();
        Interlocked.Decrement(ref _count.Value);
    }

    private static void Push(RoomWaiter waiter, ref RoomWaiter? list)
    {
        waiter.Next = list;
        list = waiter;
    }

    private static void SetResults(RoomWaiter? waiter, bool hasRoom)
    {
        while (waiter is not null)
        {
            // Read first: once it has its result the waiter may be in use again.
            RoomWaiter? next = waiter.Next;
            waiter.Next = null;
            waiter.SetResult(hasRoom);
            waiter = next;
        }
    }

    private static long DeadlineOf(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
}
