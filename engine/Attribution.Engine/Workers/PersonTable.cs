using System.Runtime.CompilerServices;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// Persons by key: an open-addressed index over a dense table, both at their bound from the start.
/// Owned by one worker thread.
/// </summary>
internal sealed class PersonTable : IDisposable
{
    /// <summary>Candidates looked at to find one to drop when the table is full.</summary>
    private const int DropSample = 8;

    private readonly NativeArray<int> _index;
    private readonly NativeArray<PersonState> _persons;
    private readonly int _maxPersons;
    private readonly int _mask;
    private readonly int _shift;
    private int _hand = 1;
    private int _highest;

    /// <param name="maxPersons">A power of two.</param>
    public PersonTable(int maxPersons)
    {
        _maxPersons = maxPersons;
        _index = new NativeArray<int>(maxPersons * 2L);
        _persons = new NativeArray<PersonState>(maxPersons + 1L);
        _mask = (maxPersons * 2) - 1;
        _shift = 64 - System.Numerics.BitOperations.Log2((uint)maxPersons * 2);
    }

    public int Count { get; private set; }

    /// <summary>
    /// Bytes of the table that were used so far, and of the index, which the first few persons use all of:
    /// they lie anywhere in it, and its pages are large.
    /// </summary>
    public long ReservedBytes => _highest == 0
        ? 0
        : (_highest * (long)Unsafe.SizeOf<PersonState>()) + (_index.Length * sizeof(int));

    public bool IsFull => Count == _maxPersons;

    /// <summary>The person at a place that <see cref="Find"/> or <see cref="Add"/> gave.</summary>
    public ref PersonState this[int place] => ref _persons[place];

    /// <returns>The person's place, or 0.</returns>
    public int Find(ulong key) => _index[Slot(key)];

    /// <summary>Asks for the memory in which <see cref="Find"/> will look first.</summary>
    public void PrefetchIndex(ulong key) => _index.Prefetch(Home(key));

    /// <summary>Asks for the person that the index most likely leads to; the index should be there already.
    /// </summary>
    public void PrefetchPerson(ulong key) => _persons.Prefetch(_index[Home(key)]);

    /// <summary>Adds a person that is not in the table; the table must not be full.</summary>
    public int Add(ulong key)
    {
        int place = ++Count;
        _index[Slot(key)] = place;
        _persons[place] = new PersonState(key);
        _highest = Math.Max(_highest, place);
        return place;
    }

    /// <summary>Takes a person out. The last of the dense table moves into its place.</summary>
    public void Remove(int place)
    {
        RemoveFromIndex(Slot(_persons[place].Key));
        if (place != Count)
        {
            _persons[place] = _persons[Count];
            _index[Slot(_persons[place].Key)] = place;
        }

        _persons[Count] = default;
        Count--;
    }

    /// <summary>
    /// The person idle for longest among the next few: cheap, and close to the oldest of all.
    /// </summary>
    public int OldestOfSample()
    {
        int oldest = 0;
        for (int i = 0; i < DropSample; i++)
        {
            _hand = _hand >= Count ? 1 : _hand + 1;
            if (oldest == 0 || _persons[_hand].LastSeenMillis < _persons[oldest].LastSeenMillis)
                oldest = _hand;
        }

        return oldest;
    }

    /// <summary>Loads into an empty table of the same bound.</summary>
    public void PassState(StateStream state)
    {
        int count = Count;
        state.Value(ref count);
        state.Value(ref _hand);
        state.Value(ref _highest);
        state.Dense(_persons, count + 1L);
        state.Sparse(_index);
        Count = count;
    }

    public void Dispose()
    {
        _index.Dispose();
        _persons.Dispose();
    }

    // Keys are the smallest hashes of their component, so small numbers are common: multiply before taking
    // bits.
    private int Home(ulong key) => (int)((key * 0x9E3779B97F4A7C15) >> _shift);

    private int Slot(ulong key)
    {
        int slot = Home(key);
        while (_index[slot] != 0 && _persons[_index[slot]].Key != key)
            slot = (slot + 1) & _mask;
        return slot;
    }

    private void RemoveFromIndex(int hole)
    {
        int next = hole;
        while (true)
        {
            next = (next + 1) & _mask;
            if (_index[next] == 0)
                break;

            int home = Home(_persons[_index[next]].Key);
            bool reachable = ((next - home) & _mask) >= ((next - hole) & _mask);
            if (!reachable)
                continue;
            _index[hole] = _index[next];
            hole = next;
        }

        _index[hole] = 0;
    }
}
