using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// Runs of up to 128 items, each kept in the smallest slab that holds it. A run is a handle and a count,
/// which its owner keeps. Owned by one worker thread.
/// </summary>
internal sealed class RunPool<T>(long maxItems) : IDisposable
    where T : unmanaged
{
    private readonly SlabPool<T> _slabs = new(maxItems);

    public long ReservedBytes => _slabs.ReservedBytes;

    public Span<T> Items(uint run, int count) => _slabs.Items(run, count);

    /// <summary>Puts an item at an index; the run moves to a larger slab where it must.</summary>
    /// <returns>False when the pool's bound is reached.</returns>
    public bool TryInsert(ref uint run, ref byte count, int at, in T item)
    {
        if (!TryMakeRoom(ref run, count))
            return false;
        count++;
        Span<T> items = _slabs.Items(run, count);
        items[at..^1].CopyTo(items[(at + 1)..]);
        items[at] = item;
        return true;
    }

    /// <summary>
    /// Takes items out; the run moves to a smaller slab where its size class asks for that.
    /// </summary>
    public void Remove(ref uint run, ref byte count, int at, int removed)
    {
        int left = count - removed;
        Span<T> items = _slabs.Items(run, count);
        items[(at + removed)..].CopyTo(items[at..]);
        if (left == 0)
        {
            _slabs.Return(run, count);
            run = 0;
        }
        else if (SlabPool<T>.Capacity(left) < SlabPool<T>.Capacity(count)
            && _slabs.TryRent(left, out uint smaller))
        {
            items[..left].CopyTo(_slabs.Items(smaller, left));
            _slabs.Return(run, count);
            run = smaller;
        }

        count = (byte)left;
    }

    public void Free(uint run, int count)
    {
        if (run != 0)
            _slabs.Return(run, count);
    }

    /// <inheritdoc cref="SlabPool{T}.PassState"/>
    public void PassState(StateStream state) => _slabs.PassState(state);

    public void Dispose() => _slabs.Dispose();

    private bool TryMakeRoom(ref uint run, int count)
    {
        if (run != 0 && count < SlabPool<T>.Capacity(count))
            return true;
        if (!_slabs.TryRent(count + 1, out uint larger))
            return false;
        if (run != 0)
        {
            _slabs.Items(run, count).CopyTo(_slabs.Items(larger, count));
            _slabs.Return(run, count);
        }

        run = larger;
        return true;
    }
}
