using System.Runtime.CompilerServices;
using Attribution.Model.Memory;

namespace Attribution.Replay.Chunks;

/// <summary>
/// The open-addressed half of a table: numbers of entries, found by hash, at most half of the slots taken.
/// The entries are the owner's. Owned by the reading thread.
/// </summary>
internal sealed class SlotTable : IDisposable
{
    private const int FewestSlots = 1024;
    private readonly MemoryBudget _budget;
    private NativeArray<int> _slots;
    private int _mask;

    /// <param name="expected">Entries to have room for from the start.</param>
    public SlotTable(MemoryBudget budget, long expected)
    {
        long slots = FewestSlots;
        while (slots < 2 * expected && slots < 1 << 30)
            slots *= 2;
        _budget = budget;
        _slots = NewSlots(slots);
        _mask = (int)slots - 1;
    }

    /// <summary>1 + the entry's number; 0 in a free slot.</summary>
    public ref int this[int slot] => ref _slots[slot];

    public int First(ulong hash) => (int)hash & _mask;

    public int Next(int slot) => (slot + 1) & _mask;

    /// <summary>Makes room where one more entry would fill more than half.</summary>
    /// <param name="hashOf">The hash of an entry by its number.</param>
    public bool TryGrow(int count, Func<int, ulong> hashOf)
    {
        if ((count + 1) * 2L <= _slots.Length)
            return false;
        Grow(count, hashOf);
        return true;
    }

    public void Clear() => _slots.Clear();

    public void Dispose() => _slots.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count, Func<int, ulong> hashOf)
    {
        NativeArray<int> old = _slots;
        _slots = NewSlots(old.Length * 2);
        _mask = (int)_slots.Length - 1;
        for (int entry = 0; entry < count; entry++)
        {
            int slot = First(hashOf(entry));
            while (_slots[slot] != 0)
                slot = Next(slot);
            _slots[slot] = entry + 1;
        }

        _budget.Return(old.Length * sizeof(int));
        old.Dispose();
    }

    private NativeArray<int> NewSlots(long length)
    {
        _budget.Take(length * sizeof(int));
        return new NativeArray<int>(length);
    }
}
