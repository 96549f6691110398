using Attribution.Simulator.Journeys;

namespace Attribution.Simulator.Streaming;

/// <summary>
/// Planned events waiting to be delivered, earliest first; equal times in the order they came in. A heap of
/// 16-byte keys over a pool of events: grows with the events under way at once, never with the length of the
/// stream. Owned by one stream.
/// </summary>
internal sealed class DeliveryQueue
{
    /// <summary>Children per node: four keys are one cache line.</summary>
    private const int Arity = 4;
    private const int FirstCapacity = 1_024;

    private Entry[] _heap = new Entry[FirstCapacity];
    private PlannedEvent[] _pool = new PlannedEvent[FirstCapacity];
    private int[] _free = new int[FirstCapacity];
    private int _freeCount;
    private int _used;
    private uint _order;

    public int Count { get; private set; }

    public long FirstMillis => _heap[0].Millis;

    public void Push(long millis, in PlannedEvent planned)
    {
        int slot = Take();
        _pool[slot] = planned;
        if (Count == _heap.Length)
            Array.Resize(ref _heap, Count * 2);
        var entry = new Entry(millis, _order++, slot);
        int at = Count++;
        while (at > 0)
        {
            int parent = (at - 1) / Arity;
            if (!entry.IsBefore(_heap[parent]))
                break;
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    public PlannedEvent Pop(out long millis)
    {
        Entry first = _heap[0];
        millis = first.Millis;
        Entry last = _heap[--Count];
        if (Count > 0)
            SiftDown(last);
        _free[_freeCount++] = first.Slot;
        return _pool[first.Slot];
    }

    private void SiftDown(in Entry entry)
    {
        int at = 0;
        while (true)
        {
            int child = (at * Arity) + 1;
            if (child >= Count)
                break;
            int best = child;
            int end = Math.Min(child + Arity, Count);
            for (int i = child + 1; i < end; i++)
            {
                if (_heap[i].IsBefore(_heap[best]))
                    best = i;
            }

            if (!_heap[best].IsBefore(entry))
                break;
            _heap[at] = _heap[best];
            at = best;
        }

        _heap[at] = entry;
    }

    private int Take()
    {
        if (_freeCount > 0)
            return _free[--_freeCount];
        if (_used == _pool.Length)
        {
            Array.Resize(ref _pool, _used * 2);
            Array.Resize(ref _free, _used * 2);
        }

        return _used++;
    }

    private readonly record struct Entry(long Millis, uint Order, int Slot)
    {
        /// <summary>Orders by difference, so that the counter may wrap.</summary>
        public bool IsBefore(in Entry other) =>
            Millis != other.Millis ? Millis < other.Millis : (int)(Order - other.Order) < 0;
    }
}
