using Attribution.Model.Memory;

namespace Attribution.Engine.Identity;

/// <summary>
/// The newest event ids, as 128-bit hashes, in two generations: when the young one is full the old one is
/// forgotten, so between <c>capacity</c> and twice as many ids are known. Owned by the identity thread.
/// </summary>
internal sealed class EventIdSet : IDisposable
{
    private readonly int _capacity;
    private readonly int _mask;
    private NativeArray<UInt128> _young;
    private NativeArray<UInt128> _old;
    private int _youngCount;
    private int _oldCount;

    /// <param name="capacity">Ids per generation; a power of two. Each generation takes 32 bytes an
    /// id.</param>
    public EventIdSet(int capacity)
    {
        _capacity = capacity;
        _mask = (capacity * 2) - 1;
        _young = new NativeArray<UInt128>(capacity * 2L);
        _old = new NativeArray<UInt128>(capacity * 2L);
    }

    public long Count => (long)_youngCount + _oldCount;

    /// <returns>False when the id is in the set already.</returns>
    public bool TryAdd(UInt128 id)
    {
        // Zero marks an empty slot; the one id whose hash it is shares a slot with the hash 1.
        if (id == UInt128.Zero)
            id = UInt128.One;
        if (_oldCount > 0 && _old[Slot(_old, id)] == id)
            return false;

        int slot = Slot(_young, id);
        if (_young[slot] == id)
            return false;
        if (_youngCount == _capacity)
        {
            Turn();
            slot = Slot(_young, id);
        }

        _young[slot] = id;
        _youngCount++;
        return true;
    }

    /// <summary>Asks for the memory that a look for this id will need.</summary>
    public void Prefetch(UInt128 id)
    {
        int home = (int)(ulong)id & _mask;
        _young.Prefetch(home);
        if (_oldCount > 0)
            _old.Prefetch(home);
    }

    /// <summary>Loads into an empty set of the same capacity.</summary>
    public void PassState(StateStream state)
    {
        state.Value(ref _youngCount);
        state.Value(ref _oldCount);
        state.Sparse(_young);
        if (_oldCount > 0)
            state.Sparse(_old);
    }

    public void Dispose()
    {
        _young.Dispose();
        _old.Dispose();
    }

    private int Slot(NativeArray<UInt128> table, UInt128 id)
    {
        int slot = (int)(ulong)id & _mask;
        while (table[slot] != UInt128.Zero && table[slot] != id)
            slot = (slot + 1) & _mask;
        return slot;
    }

    private void Turn()
    {
        (_young, _old) = (_old, _young);
        _oldCount = _youngCount;
        _young.Clear();
        _youngCount = 0;
    }
}
