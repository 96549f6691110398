using Attribution.Model.Events;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Numbers for the texts that repeat: sources, campaigns, event types. Written by the reading thread; read
/// by any once reading is over.
/// </summary>
internal sealed class TextTable : IDisposable
{
    /// <summary>The empty text.</summary>
    public const int Empty = 0;

    private readonly TextArena _bytes;
    private readonly Arena<Entry> _entries;
    private readonly SlotTable _slots;
    private readonly Func<int, ulong> _hashOf;

    public TextTable(TextArena bytes, MemoryBudget budget)
    {
        _bytes = bytes;
        _entries = new Arena<Entry>(budget);
        _slots = new SlotTable(budget, 0);
        _hashOf = entry => _entries[entry].Hash;
        _entries.Add(default);
    }

    public int Intern(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return Empty;

        ulong hash = (ulong)EventHash.Murmur3(text, 0, 0);
        _slots.TryGrow(_entries.Count, _hashOf);
        int slot = _slots.First(hash);
        for (; _slots[slot] != 0; slot = _slots.Next(slot))
        {
            int entry = _slots[slot] - 1;
            if (_entries[entry].Hash == hash && Text(entry).SequenceEqual(text))
                return entry;
        }

        int added = _entries.Add(new Entry { Hash = hash, Place = _bytes.Add(text), Length = text.Length });
        _slots[slot] = added + 1;
        return added;
    }

    public ReadOnlySpan<byte> Text(int id)
    {
        ref Entry entry = ref _entries[id];
        return _bytes.Text(entry.Place, entry.Length);
    }

    public void Clear()
    {
        _entries.Clear();
        _slots.Clear();
        _entries.Add(default);
    }

    public void Dispose()
    {
        _entries.Dispose();
        _slots.Dispose();
    }

    private struct Entry
    {
        public ulong Hash;
        public uint Place;
        public int Length;
    }
}
