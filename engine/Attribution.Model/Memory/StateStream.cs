using System.Numerics;
using System.Runtime.InteropServices;

namespace Attribution.Model.Memory;

/// <summary>
/// A pass over what a component remembers, which either saves it or loads it: each component names its parts
/// once, in one order, and so cannot read back other things than it wrote. Used by one thread.
/// </summary>
public abstract class StateStream
{
    private const int PieceItems = 64 * 1024;

    /// <summary>Items of which one word says which are there.</summary>
    private const int GroupItems = 64;

    /// <summary>Whether the pass fills what it is given; it saves it otherwise.</summary>
    public abstract bool IsLoading { get; }

    /// <summary>Saves the bytes, or replaces them by those that were saved.</summary>
    /// <exception cref="InvalidDataException">What was saved is not there as it was.</exception>
    public abstract void Pass(Span<byte> bytes);

    public void Value<T>(ref T value)
        where T : unmanaged => Pass(MemoryMarshal.AsBytes(new Span<T>(ref value)));

    /// <summary>The first items of an array, all of which are in use.</summary>
    /// <exception cref="InvalidDataException">The array is smaller.</exception>
    public void Dense<T>(NativeArray<T> array, long count)
        where T : unmanaged
    {
        Check(count >= 0 && count <= array.Length);
        for (long at = 0; at < count; at += PieceItems)
            Pass(MemoryMarshal.AsBytes(array.Slice(at, (int)Math.Min(PieceItems, count - at))));
    }

    /// <summary>
    /// A hash table: only the items that are not zero, each at its place. What is loaded must be all zero.
    /// </summary>
    public void Sparse<T>(NativeArray<T> array)
        where T : unmanaged
    {
        long length = array.Length;
        Value(ref length);
        Check(length == array.Length);
        if (IsLoading)
            LoadSparse(array);
        else
            SaveSparse(array);
    }

    /// <exception cref="InvalidDataException">It is not so.</exception>
    public static void Check(bool isAsSaved)
    {
        if (!isAsSaved)
            throw new InvalidDataException("The saved state does not fit the tables that it is loaded into.");
    }

    private void SaveSparse<T>(NativeArray<T> array)
        where T : unmanaged
    {
        Span<T> used = stackalloc T[GroupItems];
        uint empty = 0;
        for (long at = 0; at < array.Length; at += GroupItems)
        {
            Span<T> group = array.Slice(at, (int)Math.Min(GroupItems, array.Length - at));
            if (!IsUsed(group))
            {
                empty++;
                continue;
            }

            ulong places = 0;
            int count = 0;
            for (int item = 0; item < group.Length; item++)
            {
                if (!IsUsed(group.Slice(item, 1)))
                    continue;
                places |= 1UL << item;
                used[count++] = group[item];
            }

            Value(ref empty);
            Value(ref places);
            Pass(MemoryMarshal.AsBytes(used[..count]));
            empty = 0;
        }

        ulong end = 0;
        Value(ref empty);
        Value(ref end);
    }

    private void LoadSparse<T>(NativeArray<T> array)
        where T : unmanaged
    {
        Span<T> used = stackalloc T[GroupItems];
        long at = 0;
        while (true)
        {
            uint empty = 0;
            ulong places = 0;
            Value(ref empty);
            Value(ref places);
            at += (long)empty * GroupItems;
            if (places == 0)
                return;

            int count = BitOperations.PopCount(places);
            int last = BitOperations.Log2(places);
            Check(at + last < array.Length);
            Pass(MemoryMarshal.AsBytes(used[..count]));
            Span<T> group = array.Slice(at, last + 1);
            for (int item = 0; item < count; item++)
            {
                group[BitOperations.TrailingZeroCount(places)] = used[item];
                places &= places - 1;
            }

            at += GroupItems;
        }
    }

    private static bool IsUsed<T>(ReadOnlySpan<T> items)
        where T : unmanaged => MemoryMarshal.AsBytes(items).ContainsAnyExcept((byte)0);
}
