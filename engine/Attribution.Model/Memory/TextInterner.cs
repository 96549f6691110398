using Attribution.Model.Events;

namespace Attribution.Model.Memory;

/// <summary>
/// Numbers for the texts that repeat: sources, campaigns, event types. A text keeps its number for ever.
/// Owned by one worker thread.
/// </summary>
public sealed class TextInterner : IDisposable
{
    /// <summary>The empty text.</summary>
    public const int Empty = 0;

    /// <summary>Stands for every text that came after the bound was reached.</summary>
    public const int Overflow = 1;

    private readonly int _maxTexts;
    private readonly NativeArray<int> _table;
    private readonly NativeArray<Entry> _entries;
    private readonly NativeArray<byte> _bytes;
    private readonly int _mask;
    private long _bytesUsed;

    /// <param name="maxTexts">Bound on different texts; a power of two.</param>
    public TextInterner(int maxTexts)
    {
        _maxTexts = maxTexts;
        _table = new NativeArray<int>(maxTexts * 2L);
        _mask = (maxTexts * 2) - 1;
        _entries = new NativeArray<Entry>(maxTexts);
        _bytes = new NativeArray<byte>(maxTexts * 64L);
        Add(default, 0);
        Add("(overflow)"u8, 0);
    }

    public int Count { get; private set; }

    /// <summary>Texts that got <see cref="Overflow"/> because a bound was reached.</summary>
    public long OverflowCount { get; private set; }

    public int Intern(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return Empty;

        ulong hash = (ulong)EventHash.Murmur3(text, 0, 0);
        int slot = (int)hash & _mask;
        for (; _table[slot] != 0; slot = (slot + 1) & _mask)
        {
            ref Entry entry = ref _entries[_table[slot]];
            if (entry.Hash == hash && Text(_table[slot]).SequenceEqual(text))
                return _table[slot];
        }

        if (Count == _maxTexts || _bytesUsed + text.Length > _bytes.Length)
        {
            OverflowCount++;
            return Overflow;
        }

        _table[slot] = Count;
        return Add(text, hash);
    }

    public ReadOnlySpan<byte> Text(int id)
    {
        ref Entry entry = ref _entries[id];
        return _bytes.Slice(entry.Start, entry.Length);
    }

    public void Dispose()
    {
        _table.Dispose();
        _entries.Dispose();
        _bytes.Dispose();
    }

    private int Add(ReadOnlySpan<byte> text, ulong hash)
    {
        text.CopyTo(_bytes.Slice(_bytesUsed, text.Length));
        _entries[Count] = new Entry { Hash = hash, Start = _bytesUsed, Length = text.Length };
        _bytesUsed += text.Length;
        return Count++;
    }

    private struct Entry
    {
        public ulong Hash;
        public long Start;
        public int Length;
    }
}
