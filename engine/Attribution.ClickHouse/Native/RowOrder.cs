using System.Numerics;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// The order of a block's rows by the columns its table is sorted by, as ClickHouse compares them: a block
/// that arrives so costs it a third less. Owned by one thread; its buffers grow to the largest block seen.
/// </summary>
/// <remarks>
/// Of each row's key the foremost bits that fit 64 are sorted by, in passes over their bytes; only rows equal
/// in all of them are compared text by text. Rows of equal keys stay as they lay.
/// </remarks>
public sealed class RowOrder
{
    private const int DigitBits = 8;
    private const int Digits = 1 << DigitBits;
    private const int MaxPasses = 64 / DigitBits;

    /// <summary>The sink's default of rows per block, and some.</summary>
    private const int FullRows = 128 * 1024;

    private readonly int[] _counts = new int[MaxPasses * Digits];
    private readonly Comparison<int> _compare;
    private IReadOnlyList<Column> _key = [];
    private ulong[] _ranks = [];
    private Ranked[] _from = [];
    private Ranked[] _to = [];
    private int[] _rows = [];
    private int[] _offsets = [];
    private RowOrder? _items;

    public RowOrder() => _compare = CompareRows;

    /// <summary>Numbers of rows, in the order in which they are to be written.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>How many rows are ordered.</summary>
    public int Count { get; private set; }

    /// <summary>The order of an array's items, while the array is written.</summary>
    internal RowOrder Items => _items ??= new RowOrder();

    /// <summary>Orders rows by columns, the first of which counts most.</summary>
    /// <returns>False where the rows lie in order already.</returns>
    public bool TrySort(IReadOnlyList<Column> key)
    {
        int count = key.Count == 0 ? 0 : key[0].RowCount;
        if (count < 2)
            return false;

        _key = key;
        Count = count;
        bool isExact = RankAll(key, out int rankBits);
        if (AreInOrder(isExact))
            return false;

        SortByRank(rankBits);
        if (!isExact)
            SortEqualRanks();
        return true;
    }

    /// <summary>Room for the order of so many rows, which the caller fills.</summary>
    internal Span<int> Begin(int count)
    {
        Count = count;
        Grow(ref _rows, count);
        return _rows.AsSpan(0, count);
    }

    /// <summary>Room for where each row of a column begins, until the next column asks.</summary>
    internal Span<int> Offsets(int count)
    {
        Grow(ref _offsets, count);
        return _offsets.AsSpan(0, count);
    }

    /// <summary>Room for a few rows, or at once for as many as blocks have.</summary>
    internal static void Grow<T>(ref T[] buffer, int count)
    {
        if (buffer.Length >= count)
            return;
        int atLeast = count <= Column.SmallRows ? 0 : FullRows;
        buffer = new T[Math.Max(atLeast, (int)BitOperations.RoundUpToPowerOf2((uint)count))];
    }

    private bool RankAll(IReadOnlyList<Column> key, out int rankBits)
    {
        Grow(ref _ranks, Count);
        Span<ulong> ranks = _ranks.AsSpan(0, Count);
        ranks.Clear();
        int freeBits = 64;
        bool isExact = true;
        for (int at = 0; at < key.Count; at++)
            isExact &= key[at].AppendRanks(ranks, ref freeBits);
        rankBits = 64 - freeBits;
        return isExact;
    }

    private bool AreInOrder(bool isExact)
    {
        ReadOnlySpan<ulong> ranks = _ranks.AsSpan(0, Count);
        for (int row = 1; row < ranks.Length; row++)
        {
            if (ranks[row - 1] > ranks[row])
                return false;
            if (ranks[row - 1] == ranks[row] && !isExact && CompareRows(row - 1, row) > 0)
                return false;
        }

        return true;
    }

    private void SortByRank(int rankBits)
    {
        Grow(ref _from, Count);
        Grow(ref _to, Count);
        int passes = (rankBits + DigitBits - 1) / DigitBits;
        CountDigits(passes);
        for (int pass = 0; pass < passes; pass++)
        {
            Span<int> counts = _counts.AsSpan(pass * Digits, Digits);
            if (counts[Digit(_from[0].Rank, pass)] == Count)
                continue;
            Deal(pass, counts);
            (_from, _to) = (_to, _from);
        }

        Span<int> rows = Begin(Count);
        for (int at = 0; at < rows.Length; at++)
            rows[at] = _from[at].Row;
    }

    private void CountDigits(int passes)
    {
        ReadOnlySpan<ulong> ranks = _ranks.AsSpan(0, Count);
        Span<int> counts = _counts;
        counts.Clear();
        for (int row = 0; row < ranks.Length; row++)
        {
            ulong rank = ranks[row];
            _from[row] = new Ranked(rank, row);
            for (int pass = 0; pass < passes; pass++)
                counts[(pass * Digits) + Digit(rank, pass)]++;
        }
    }

    /// <summary>One pass of the sort, from the lowest digit up: each keeps the order of the last.</summary>
    private void Deal(int pass, Span<int> counts)
    {
        int next = 0;
        for (int digit = 0; digit < Digits; digit++)
            (counts[digit], next) = (next, next + counts[digit]);

        ReadOnlySpan<Ranked> from = _from.AsSpan(0, Count);
        Span<Ranked> to = _to.AsSpan(0, Count);
        foreach (ref readonly Ranked ranked in from)
            to[counts[Digit(ranked.Rank, pass)]++] = ranked;
    }

    private void SortEqualRanks()
    {
        ReadOnlySpan<Ranked> ranked = _from.AsSpan(0, Count);
        for (int first = 0; first < ranked.Length;)
        {
            int end = first + 1;
            while (end < ranked.Length && ranked[end].Rank == ranked[first].Rank)
                end++;
            if (end - first > 1)
                _rows.AsSpan(first, end - first).Sort(_compare);
            first = end;
        }
    }

    /// <summary>Equal keys are in the order of their rows, which makes any sort a stable one.</summary>
    private int CompareRows(int left, int right)
    {
        for (int at = 0; at < _key.Count; at++)
        {
            int order = _key[at].CompareRows(left, right);
            if (order != 0)
                return order;
        }

        return left.CompareTo(right);
    }

    private static int Digit(ulong rank, int pass) => (int)(rank >> (pass * DigitBits)) & (Digits - 1);

    private readonly record struct Ranked(ulong Rank, int Row);
}
