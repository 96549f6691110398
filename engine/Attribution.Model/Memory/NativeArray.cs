using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Attribution.Model.Memory;

/// <summary>
/// A fixed-size zeroed array outside the garbage-collected heap. Its pages cost memory only once they are
/// touched, so tables are made at their stated bound and never grow. Owned by one stage; freed by it or its
/// finalizer.
/// </summary>
public sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private T* _items;

    public NativeArray(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        _items = (T*)SystemMemory.AllocateZeroed(checked(length * sizeof(T)));
    }

    ~NativeArray() => Free();

    public long Length { get; }

    public ref T this[long index]
    {
        get
        {
            Debug.Assert((ulong)index < (ulong)Length, "index outside the array");
            return ref _items[index];
        }
    }

    /// <summary>
    /// Asks for the item's cache line without waiting for it; changes nothing. Only worth it several items
    /// ahead of the use.
    /// </summary>
    public void Prefetch(long index)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(_items + index);
    }

    public Span<T> Slice(long start, int length)
    {
        Debug.Assert(start >= 0 && length >= 0 && start + length <= Length, "slice outside the array");
        return new Span<T>(_items + start, length);
    }

    public void Clear() => NativeMemory.Clear(_items, (nuint)Length * (nuint)sizeof(T));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_items is null)
            return;
        SystemMemory.Free(_items, Length * sizeof(T));
        _items = null;
    }
}
