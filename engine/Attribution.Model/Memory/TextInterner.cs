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

    /// <summary>Most reserved texts, each of at most 64 bytes.</summary>
    private const int MaxReserved = 16 * 1024;

    private readonly int _maxTexts;
    private readonly int _reserve;
    private readonly NativeArray<int> _table;
    private readonly NativeArray<Entry> _entries;
    private readonly NativeArray<byte> _bytes;
    private readonly int _mask;
    private long _bytesUsed;

    /// <param name="maxTexts">Bound on different texts; a power of two. A quarter of it, at most, is kept
    /// free beside it for reserved ones.</param>
    public TextInterner(int maxTexts)
    {
        _maxTexts = maxTexts;
        _table = new NativeArray<int>(maxTexts * 2L);
        _mask = (maxTexts * 2) - 1;
        _reserve = Math.Min(MaxReserved, maxTexts / 4);
        _entries = new NativeArray<Entry>(maxTexts + _reserve);
        _bytes = new NativeArray<byte>((maxTexts + _reserve) * 64L);
        Add(default, 0);
        Add("(overflow)"u8, 0);
    }

    public int Count { get; private set; }

    /// <summary>Texts that got <see cref="Overflow"/> because a bound was reached.</summary>
    public long OverflowCount { get; private set; }

    public int Intern(ReadOnlySpan<byte> text) => Intern(text, 0);

    /// <summary>
    /// The number of a text that must not get a stand-in because others filled the table.
    /// </summary>
    public int InternReserved(ReadOnlySpan<byte> text) => Intern(text, _reserve);

    private int Intern(ReadOnlySpan<byte> text, int reserve)
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

        int maxTexts = _maxTexts + reserve;
        if (Count >= maxTexts || _bytesUsed + text.Length > maxTexts * 64L)
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

    /// <summary>Loads into one of the same bound in which nothing was interned.</summary>
    public void PassState(StateStream state)
    {
        int count = Count;
        state.Value(ref count);
        state.Value(ref _bytesUsed);
        state.Dense(_entries, count);
        state.Dense(_bytes, _bytesUsed);
        state.Sparse(_table);
        Count = count;
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
