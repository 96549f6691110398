using Attribution.Model.Journeys;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// Each person's touches as a ring of cells in total order. Its owner keeps the newest one's cell and the
/// count; the newest leads to the oldest, so both ends are at hand. Owned by one worker thread.
/// </summary>
/// <remarks>
/// Cells instead of runs that move as they grow: a run of 1 or 2 that was left behind by a growing one serves
/// no run of 3, and is lost where many persons grow together.
/// </remarks>
internal sealed class TouchLists : IDisposable
{
    /// <summary>Most touches of one person.</summary>
    public const int MaxTouches = 128;

    private readonly IJourneyTexts _texts;
    private readonly CellPool<StoredTouch> _cells;
    private readonly TraitTable _traits;
    private readonly Touch[] _read = new Touch[MaxTouches];

    /// <param name="maxTouches">Of all persons. A quarter as many different traits find room.</param>
    /// <param name="texts">Of their event ids.</param>
    public TouchLists(long maxTouches, IJourneyTexts texts)
    {
        _texts = texts;
        _cells = new CellPool<StoredTouch>(maxTouches);
        _traits = new TraitTable(maxTouches / 4);
    }

    /// <summary>Touches of all persons.</summary>
    public long Count => _cells.Count;

    public long ReservedBytes => _cells.ReservedBytes + _traits.ReservedBytes;

    public ref readonly StoredTouch this[uint cell] => ref _cells[cell];

    /// <summary>Asks for the newest touch's memory without waiting for it.</summary>
    public void Prefetch(uint newest) => _cells.Prefetch(newest);

    public ref readonly StoredTouch Oldest(uint newest) => ref _cells[_cells[newest].Next];

    /// <summary>The touches as the attribution function reads them, valid until the next call.</summary>
    public ReadOnlySpan<Touch> Read(uint newest, int count)
    {
        uint at = newest;
        for (int i = 0; i < count; i++)
        {
            at = _cells[at].Next;
            ref StoredTouch stored = ref _cells[at];
            ref Touch touch = ref _read[i];
            touch.TimeMillis = stored.TimeMillis;
            touch.EventId = stored.EventId;
            touch.ClickHash = stored.ClickHash;
            _traits[stored.Traits].CopyTo(ref touch);
        }

        return _read.AsSpan(0, count);
    }

    /// <summary>Where a touch belongs.</summary>
    /// <param name="newest">The newest touch's cell; 0 where there is none.</param>
    /// <param name="count">Of the person's touches.</param>
    /// <param name="touch">The one to place.</param>
    public TouchPlace Find(uint newest, int count, in Touch touch)
    {
        if (count == 0)
            return new TouchPlace(0, 0, IsKnown: false);
        int order = Compare(touch, _cells[newest]);
        if (order >= 0)
            return new TouchPlace(newest, count, IsKnown: order == 0);

        uint before = newest;
        for (int number = 0; ; number++)
        {
            uint at = _cells[before].Next;
            order = Compare(touch, _cells[at]);
            if (order <= 0)
                return new TouchPlace(order == 0 ? at : before, number, IsKnown: order == 0);
            before = at;
        }
    }

    /// <returns>False when a bound is reached.</returns>
    public bool TryInsert(ref uint newest, ref byte count, in TouchPlace place, in Touch touch)
    {
        if (!_traits.TryAdd(new TouchTraits(touch), out uint traits))
            return false;
        if (!_cells.TryRent(out uint cell))
        {
            _traits.Remove(traits);
            return false;
        }

        ref StoredTouch stored = ref _cells[cell];
        stored.SetOwn(touch);
        stored.Traits = traits;
        stored.Next = cell;
        if (count > 0)
        {
            ref uint next = ref _cells[place.Cell].Next;
            stored.Next = next;
            next = cell;
        }

        newest = place.Number == count ? cell : newest;
        count++;
        return true;
    }

    /// <summary>Puts one touch in another's place in the order.</summary>
    /// <returns>False when a bound is reached.</returns>
    public bool TryReplace(uint cell, in Touch touch)
    {
        if (!_traits.TryAdd(new TouchTraits(touch), out uint traits))
            return false;
        ref StoredTouch stored = ref _cells[cell];
        _traits.Remove(stored.Traits);
        stored.SetOwn(touch);
        stored.Traits = traits;
        return true;
    }

    public bool IsProbabilistic(uint cell) => _traits[_cells[cell].Traits].IsProbabilistic;

    public void RemoveOldest(ref uint newest, ref byte count)
    {
        uint oldest = _cells[newest].Next;
        _cells[newest].Next = _cells[oldest].Next;
        newest = count == 1 ? 0 : newest;
        count--;
        _traits.Remove(_cells[oldest].Traits);
        _cells.Return(oldest);
    }

    /// <summary>Loads into empty lists of the same bound.</summary>
    public void PassState(StateStream state)
    {
        _cells.PassState(state);
        _traits.PassState(state);
    }

    public void Dispose()
    {
        _cells.Dispose();
        _traits.Dispose();
    }

    private int Compare(in Touch touch, in StoredTouch other)
    {
        long otherMillis = other.TimeMillis;
        if (touch.TimeMillis != otherMillis)
            return touch.TimeMillis < otherMillis ? -1 : 1;
        return TotalOrder.Compare(
            touch, new Touch { TimeMillis = otherMillis, EventId = other.EventId }, _texts);
    }
}

/// <summary>Where a touch belongs among its person's, or is already. A value.</summary>
/// <param name="Cell">The one before it in the ring, or, where it is known, its own.</param>
/// <param name="Number">How many are older.</param>
internal readonly record struct TouchPlace(uint Cell, int Number, bool IsKnown);
