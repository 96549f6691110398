using System.Runtime.InteropServices;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// Each set of traits once, by number, for as long as a touch has it. Owned by one worker thread.
/// </summary>
/// <remarks>
/// The buckets grow one at a time (linear hashing: Litwin, 1980), so that no event pays for a whole table's
/// growth, and only as far as there are traits: a few thousand lie close together in the processor's cache.
/// </remarks>
internal sealed class TraitTable : IDisposable
{
    private const uint FirstBuckets = 1024;

    private readonly CellPool<Entry> _entries;
    private readonly NativeArray<uint> _buckets;

    // Buckets below _split were split already, so theirs are told apart by one more bit.
    private uint _mask = FirstBuckets - 1;
    private uint _split;

    /// <param name="maxTraits">Bound on different traits; rounded up to 65,536.</param>
    public TraitTable(long maxTraits)
    {
        _entries = new CellPool<Entry>(maxTraits);
        _buckets = new NativeArray<uint>((2 * maxTraits) + (128 * 1024));
    }

    /// <summary>Different traits that some touch has.</summary>
    public long Count => _entries.Count;

    public long ReservedBytes => _entries.ReservedBytes + ((_mask + 1L + _split) * sizeof(uint));

    public ref readonly TouchTraits this[uint number] => ref _entries[number].Traits;

    /// <summary>Counts one more touch with these traits.</summary>
    /// <returns>False when the table's bound is reached. A number is never 0.</returns>
    public bool TryAdd(in TouchTraits traits, out uint number)
    {
        uint hash = traits.Hash();
        number = _buckets[Bucket(hash)];
        while (number != 0)
        {
            ref Entry entry = ref _entries[number];
            if (entry.Traits == traits)
            {
                entry.Touches++;
                return true;
            }

            number = entry.Next;
        }

        if (!_entries.TryRent(out number))
            return false;
        if (_entries.Count > _mask + 1L + _split)
            SplitOne();
        ref uint first = ref _buckets[Bucket(hash)];
        _entries[number] = new Entry { Traits = traits, Touches = 1, Next = first };
        first = number;
        return true;
    }

    /// <summary>Counts one touch less; traits that no touch has are forgotten.</summary>
    public void Remove(uint number)
    {
        if (--_entries[number].Touches > 0)
            return;
        ref uint at = ref _buckets[Bucket(_entries[number].Traits.Hash())];
        while (at != number)
            at = ref _entries[at].Next;
        at = _entries[number].Next;
        _entries.Return(number);
    }

    /// <summary>Loads into an empty table of the same bound.</summary>
    public void PassState(StateStream state)
    {
        _entries.PassState(state);
        state.Value(ref _mask);
        state.Value(ref _split);
        state.Dense(_buckets, _mask + 1L + _split);
    }

    public void Dispose()
    {
        _entries.Dispose();
        _buckets.Dispose();
    }

    private uint Bucket(uint hash)
    {
        uint bucket = hash & _mask;
        return bucket < _split ? hash & ((2 * _mask) + 1) : bucket;
    }

    private void SplitOne()
    {
        uint low = _split;
        uint high = low + _mask + 1;
        uint number = _buckets[low];
        _buckets[low] = 0;
        while (number != 0)
        {
            ref Entry entry = ref _entries[number];
            uint next = entry.Next;
            ref uint first = ref _buckets[(entry.Traits.Hash() & ((2 * _mask) + 1)) == high ? high : low];
            entry.Next = first;
            first = number;
            number = next;
        }

        if (++_split <= _mask)
            return;
        _mask = (2 * _mask) + 1;
        _split = 0;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Entry
    {
        public TouchTraits Traits;
        public uint Touches;
        public uint Next;
    }
}
