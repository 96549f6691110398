using System.Runtime.InteropServices;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>One event that may match another by address and device. Blittable.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct MatchEntry<T>
    where T : unmanaged
{
    /// <summary>0 in a place that is free.</summary>
    public ulong Fingerprint;
    public ulong Person;
    public long TimeMillis;
    public T Item;

    /// <summary>The entries beside it of the same bucket, by fingerprint and by person; 0 for none.</summary>
    internal int OlderOfDevice;
    internal int NewerOfDevice;
    internal int OlderOfPerson;
    internal int NewerOfPerson;
}

/// <summary>
/// The newest events of one kind in a ring, found by fingerprint and by person. When it is full, or one
/// fingerprint has too many, the oldest goes. Owned by one worker thread.
/// </summary>
internal sealed class MatchRing<T> : IDisposable
    where T : unmanaged
{
    private readonly NativeArray<MatchEntry<T>> _entries;
    private readonly NativeArray<int> _newestOfDevice;
    private readonly NativeArray<int> _newestOfPerson;
    private readonly NativeArray<long> _droppedThrough;
    private readonly int _capacity;
    private readonly int _maxPerDevice;
    private readonly long _keepMillis;
    private readonly Action<T> _removed;
    private readonly int _shift;
    private long _first;
    private long _end;
    private long _newestMillis = long.MinValue;

    /// <param name="capacity">A power of two.</param>
    /// <param name="maxPerDevice">Entries of one fingerprint.</param>
    /// <param name="keepMillis">Entries older than the newest by more than this are forgotten.</param>
    /// <param name="removed">Told of each entry that goes.</param>
    public MatchRing(int capacity, int maxPerDevice, long keepMillis, Action<T> removed)
    {
        _entries = new NativeArray<MatchEntry<T>>(capacity + 1L);
        _newestOfDevice = new NativeArray<int>(capacity);
        _newestOfPerson = new NativeArray<int>(capacity);
        _droppedThrough = new NativeArray<long>(capacity);
        _capacity = capacity;
        _maxPerDevice = maxPerDevice;
        _keepMillis = keepMillis;
        _removed = removed;
        _shift = 64 - System.Numerics.BitOperations.Log2((uint)capacity);
    }

    /// <summary>Entries dropped because of a bound; what has expired is not counted.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>The entry at a place that <see cref="Newest"/> or <see cref="Older"/> gave.</summary>
    public ref readonly MatchEntry<T> this[int place] => ref _entries[place];

    /// <summary>The newest entry with a fingerprint; 0 for none.</summary>
    public int Newest(ulong fingerprint) =>
        OfDevice(_newestOfDevice[Bucket(fingerprint)], fingerprint);

    /// <summary>The one before it with the same fingerprint; 0 for none.</summary>
    public int Older(int place) =>
        OfDevice(_entries[place].OlderOfDevice, _entries[place].Fingerprint);

    /// <summary>
    /// Time of the newest entry that a bound dropped, of this fingerprint or of one that shares its bucket;
    /// 0 for none.
    /// </summary>
    public long DroppedThroughMillis(ulong fingerprint) => _droppedThrough[Bucket(fingerprint)];

    public void Add(ulong fingerprint, ulong person, long timeMillis, in T item)
    {
        _newestMillis = Math.Max(_newestMillis, timeMillis);
        DropExpired();
        if (_end - _first == _capacity)
            Drop(Place(_first++));
        DropOneOfMany(fingerprint);

        int place = Place(_end++);
        ref MatchEntry<T> entry = ref _entries[place];
        entry.Fingerprint = fingerprint;
        entry.Person = person;
        entry.TimeMillis = timeMillis;
        entry.Item = item;
        entry.NewerOfDevice = 0;
        entry.OlderOfDevice = _newestOfDevice[Bucket(fingerprint)];
        if (entry.OlderOfDevice != 0)
            _entries[entry.OlderOfDevice].NewerOfDevice = place;
        _newestOfDevice[Bucket(fingerprint)] = place;
        LinkToPerson(place);
    }

    /// <summary>Makes one person's entries another's.</summary>
    public void Rename(ulong from, ulong into)
    {
        int place = _newestOfPerson[Bucket(from)];
        while (place != 0)
        {
            int older = _entries[place].OlderOfPerson;
            if (_entries[place].Person == from)
            {
                UnlinkFromPerson(place);
                _entries[place].Person = into;
                LinkToPerson(place);
            }

            place = older;
        }
    }

    /// <summary>Loads into an empty ring of the same capacity.</summary>
    public void PassState(StateStream state)
    {
        state.Value(ref _first);
        state.Value(ref _end);
        state.Value(ref _newestMillis);
        state.Dense(_entries, Math.Min(_end, _capacity) + 1);
        state.Sparse(_newestOfDevice);
        state.Sparse(_newestOfPerson);
        state.Sparse(_droppedThrough);
    }

    public void Dispose()
    {
        _entries.Dispose();
        _newestOfDevice.Dispose();
        _newestOfPerson.Dispose();
        _droppedThrough.Dispose();
    }

    private int Place(long number) => (int)(number & (_capacity - 1)) + 1;

    private int Bucket(ulong hash) => (int)((hash * 0x9E3779B97F4A7C15) >> _shift);

    private int OfDevice(int place, ulong fingerprint)
    {
        while (place != 0 && _entries[place].Fingerprint != fingerprint)
            place = _entries[place].OlderOfDevice;
        return place;
    }

    private void DropExpired()
    {
        while (_first < _end)
        {
            int place = Place(_first);
            bool isFree = _entries[place].Fingerprint == 0;
            if (!isFree && _entries[place].TimeMillis >= _newestMillis - _keepMillis)
                return;
            if (!isFree)
                Remove(place);
            _first++;
        }
    }

    /// <summary>Keeps one busy network from filling the ring, and each of its events from costing more.
    /// </summary>
    private void DropOneOfMany(ulong fingerprint)
    {
        int count = 0;
        int oldest = 0;
        for (int place = Newest(fingerprint); place != 0; place = Older(place))
        {
            oldest = place;
            count++;
        }

        if (count == _maxPerDevice)
            Drop(oldest);
    }

    private void Drop(int place)
    {
        ref MatchEntry<T> entry = ref _entries[place];
        if (entry.Fingerprint == 0)
            return;
        ref long through = ref _droppedThrough[Bucket(entry.Fingerprint)];
        through = Math.Max(through, entry.TimeMillis);
        DroppedCount++;
        Remove(place);
    }

    private void Remove(int place)
    {
        ref MatchEntry<T> entry = ref _entries[place];
        if (entry.NewerOfDevice != 0)
            _entries[entry.NewerOfDevice].OlderOfDevice = entry.OlderOfDevice;
        else
            _newestOfDevice[Bucket(entry.Fingerprint)] = entry.OlderOfDevice;
        if (entry.OlderOfDevice != 0)
            _entries[entry.OlderOfDevice].NewerOfDevice = entry.NewerOfDevice;
        UnlinkFromPerson(place);
        _removed(entry.Item);
        entry = default;
    }

    private void LinkToPerson(int place)
    {
        ref MatchEntry<T> entry = ref _entries[place];
        ref int newest = ref _newestOfPerson[Bucket(entry.Person)];
        entry.NewerOfPerson = 0;
        entry.OlderOfPerson = newest;
        if (newest != 0)
            _entries[newest].NewerOfPerson = place;
        newest = place;
    }

    private void UnlinkFromPerson(int place)
    {
        ref MatchEntry<T> entry = ref _entries[place];
        if (entry.NewerOfPerson != 0)
            _entries[entry.NewerOfPerson].OlderOfPerson = entry.OlderOfPerson;
        else
            _newestOfPerson[Bucket(entry.Person)] = entry.OlderOfPerson;
        if (entry.OlderOfPerson != 0)
            _entries[entry.OlderOfPerson].NewerOfPerson = entry.NewerOfPerson;
    }
}
