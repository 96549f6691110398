using System.Runtime.InteropServices;

namespace Attribution.Model.Fitting;

/// <summary>
/// A multiset of channel paths, what data-driven models are fitted from: equal paths are one, with their
/// counts summed. Sums are whole numbers and the order of enumeration is canonical, so nothing depends on the
/// order of arrival. Owned by one caller; once filled, any number of threads may read it.
/// </summary>
/// <remarks>
/// A path without channels is counted in <see cref="Empty"/> and is no part of any fit: its conversions
/// belong to no channel. A path that counts nothing is ignored.
/// </remarks>
public sealed class ChannelPaths
{
    /// <summary>Different channels at most: an id and one spare value fit 16 bits.</summary>
    public const int MaxChannels = ushort.MaxValue;

    /// <summary>Channels of one path at most.</summary>
    public const int MaxSteps = 10_000;

    private const int MaxTotalSteps = 1 << 30;
    private const int ValuePlaces = 4;
    private const decimal ValueUnits = 10_000m;

    private readonly Dictionary<string, ushort> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> _idsByChars;
    private readonly List<string> _names = [];
    private readonly List<bool> _isUsed = [];
    private ushort[] _scratch = new ushort[64];
    private ushort[] _steps = new ushort[256];
    private PathEntry[] _entries = new PathEntry[64];
    private int[] _slots = new int[128];
    private int _stepCount;
    private int _count;
    private Sums _total;
    private Sums _empty;

    public ChannelPaths() => _idsByChars = _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Different paths, without the empty one.</summary>
    public int Count => _count;

    /// <summary>Sums over all paths but the empty one.</summary>
    public PathTotals Totals => _total.ToTotals();

    /// <summary>What arrived on paths without any channel.</summary>
    public PathTotals Empty => _empty.ToTotals();

    /// <summary>The channels that are on any path, in ordinal order.</summary>
    public IReadOnlyList<string> Channels =>
        [.. _names.Where((_, id) => _isUsed[id]).Order(StringComparer.Ordinal)];

    /// <param name="channels">Oldest first; at most <see cref="MaxSteps"/>.</param>
    /// <param name="conversions">How many conversions this path led to.</param>
    /// <param name="value">Of them all together; rounded to 4 places, half to even.</param>
    /// <param name="nulls">How many journeys on this path did not convert.</param>
    /// <exception cref="ArgumentException">A count is negative, or there is value without a conversion.
    /// </exception>
    public void Add(ReadOnlySpan<string> channels, long conversions, decimal value, long nulls)
    {
        CheckSteps(channels.Length);
        Sums sums = Checked(conversions, value, nulls);
        if (sums.IsNothing)
            return;
        if (_scratch.Length < channels.Length)
            _scratch = new ushort[channels.Length];
        for (int i = 0; i < channels.Length; i++)
            _scratch[i] = Intern(channels[i]);
        Add(_scratch.AsSpan(0, channels.Length), sums);
    }

    /// <summary>Takes in all that the other holds; which of two is merged into which does not
    /// matter.</summary>
    public void Merge(ChannelPaths other)
    {
        var ids = new ushort[other._names.Count];
        for (int id = 0; id < ids.Length; id++)
            ids[id] = other._isUsed[id] ? Intern(other._names[id]) : (ushort)0;

        var steps = new ushort[MaxSteps];
        int count = other._count; // Merging with itself adds no path while it is read.
        for (int at = 0; at < count; at++)
        {
            ReadOnlySpan<ushort> path = other.Steps(at);
            for (int i = 0; i < path.Length; i++)
                steps[i] = ids[path[i]];
            Add(steps.AsSpan(0, path.Length), other._entries[at].Sums);
        }

        _empty.Add(other._empty);
    }

    /// <summary>
    /// Every path once, in canonical order: channel by channel in ordinal order, a path before its longer
    /// ones.
    /// </summary>
    public IEnumerable<ChannelPath> Enumerate()
    {
        int[] ranks = Ranks();
        int[] order = [.. Enumerable.Range(0, _count)];
        Array.Sort(order, (a, b) => Compare(Steps(a), Steps(b), ranks));
        foreach (int at in order)
        {
            string[] channels = [.. _steps.AsSpan(_entries[at].Offset, _entries[at].Length).ToArray()
                .Select(id => _names[id])];
            yield return new ChannelPath(channels, _entries[at].Sums.ToTotals());
        }
    }

    internal ReadOnlySpan<ushort> Steps(int at) => _steps.AsSpan(_entries[at].Offset, _entries[at].Length);

    internal ref readonly Sums SumsOf(int at) => ref _entries[at].Sums;

    internal int NameCount => _names.Count;

    internal string Name(ushort id) => _names[id];

    /// <summary>The place of each channel's id in <see cref="Channels"/>; −1 for one on no path.</summary>
    internal int[] Ranks()
    {
        var ranks = new int[_names.Count];
        Array.Fill(ranks, -1);
        IReadOnlyList<string> channels = Channels;
        for (int rank = 0; rank < channels.Count; rank++)
            ranks[_ids[channels[rank]]] = rank;
        return ranks;
    }

    internal ushort Intern(ReadOnlySpan<char> channel)
    {
        if (_idsByChars.TryGetValue(channel, out ushort id))
            return id;
        if (_names.Count == MaxChannels)
            throw new ArgumentException($"more than {MaxChannels} different channels", nameof(channel));

        string name = channel.ToString();
        id = (ushort)_names.Count;
        _names.Add(name);
        _isUsed.Add(false);
        _ids.Add(name, id);
        return id;
    }

    /// <summary>The counts as they are added; throws where they make no sense.</summary>
    internal static Sums Checked(long conversions, decimal value, long nulls)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(conversions);
        ArgumentOutOfRangeException.ThrowIfNegative(nulls);
        decimal units = decimal.Round(value, ValuePlaces) * ValueUnits;
        if (units is < long.MinValue or > long.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(value), value, "no value of 4 places in 64 bits");
        if (conversions == 0 && units != 0)
            throw new ArgumentException($"a value of {value} without a conversion", nameof(value));
        return new Sums { Conversions = conversions, ValueUnits = (long)units, Nulls = nulls };
    }

    /// <param name="path">Ids that <see cref="Intern"/> gave.</param>
    /// <param name="sums">From <see cref="Checked"/> or another multiset.</param>
    internal void Add(ReadOnlySpan<ushort> path, in Sums sums)
    {
        if (sums.IsNothing)
            return;
        CheckSteps(path.Length);
        if (path.IsEmpty)
        {
            _empty.Add(sums);
            return;
        }

        _total.Add(sums);
        if ((_count + 1) * 2 > _slots.Length)
            GrowSlots();
        int slot = SlotOf(path);
        if (_slots[slot] == 0)
            _slots[slot] = AddEntry(path);
        _entries[_slots[slot] - 1].Sums.Add(sums);
    }

    internal static void CheckSteps(int steps)
    {
        if (steps > MaxSteps)
            throw new ArgumentException($"a path of {steps} channels; at most {MaxSteps} are allowed");
    }

    /// <returns>The entry's number: its index + 1, as slots hold it.</returns>
    private int AddEntry(ReadOnlySpan<ushort> path)
    {
        if (_stepCount > MaxTotalSteps - path.Length)
            throw new InvalidOperationException($"more than {MaxTotalSteps} channels over all paths");
        if (_stepCount + path.Length > _steps.Length)
            Array.Resize(ref _steps, Math.Max(_steps.Length * 2, _stepCount + path.Length));
        if (_count == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);

        path.CopyTo(_steps.AsSpan(_stepCount));
        _entries[_count] = new PathEntry { Offset = _stepCount, Length = path.Length };
        _stepCount += path.Length;
        Span<bool> isUsed = CollectionsMarshal.AsSpan(_isUsed);
        foreach (ushort id in path)
            isUsed[id] = true;
        return ++_count;
    }

    /// <summary>Where the path's number is, or the empty slot where it would be.</summary>
    private int SlotOf(ReadOnlySpan<ushort> path)
    {
        int mask = _slots.Length - 1;
        int slot = Hash(path) & mask;
        while (_slots[slot] != 0 && !path.SequenceEqual(Steps(_slots[slot] - 1)))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void GrowSlots()
    {
        _slots = new int[_slots.Length * 2];
        int mask = _slots.Length - 1;
        for (int at = 0; at < _count; at++)
        {
            int slot = Hash(Steps(at)) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = at + 1;
        }
    }

    private static int Hash(ReadOnlySpan<ushort> path)
    {
        ulong hash = (ulong)path.Length;
        foreach (ushort id in path)
            hash = ((hash ^ id) * 0x9e3779b97f4a7c15) ^ (hash >> 29);
        return (int)((hash ^ (hash >> 32)) & int.MaxValue);
    }

    private static int Compare(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b, int[] ranks)
    {
        int common = a.CommonPrefixLength(b);
        return common < a.Length && common < b.Length
            ? ranks[a[common]] - ranks[b[common]]
            : a.Length - b.Length;
    }

    /// <summary>Sums in whole numbers; an overflow throws instead of wrapping. A value.</summary>
    internal struct Sums
    {
        public long Conversions;
        public long Nulls;

        /// <summary>In ten-thousandths.</summary>
        public Int128 ValueUnits;

        public readonly bool IsNothing => Conversions == 0 && Nulls == 0;

        /// <summary>How many journeys took the path.</summary>
        public readonly long Journeys => checked(Conversions + Nulls);

        public void Add(in Sums other)
        {
            Conversions = checked(Conversions + other.Conversions);
            Nulls = checked(Nulls + other.Nulls);
            ValueUnits = checked(ValueUnits + other.ValueUnits);
        }

        public readonly PathTotals ToTotals() =>
            new(Conversions, (decimal)ValueUnits / ChannelPaths.ValueUnits, Nulls);
    }

    private struct PathEntry
    {
        public int Offset;
        public int Length;
        public Sums Sums;
    }
}
