using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// Numbers distinct texts in the order they are first seen, by open addressing. Owned by its column; one
/// thread. Texts are kept as Native Strings, so all of them are written in one piece.
/// </summary>
internal sealed class Utf8Dictionary
{
    private const int InitialEntries = 64;
    private const ulong Mix = 0x9E3779B97F4A7C15;

    // Senders choose the texts, so the hash is keyed per process: nobody outside can make them collide.
    private static readonly ulong Seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly ByteBuffer _bytes = new(initialBytes: 1024);
    private Entry[] _entries = new Entry[InitialEntries];
    private int[] _slots = new int[InitialEntries * 2]; // entry + 1; 0 is free; at most half are taken
    private int _count;

    public int Count => _count;

    /// <summary>All entries as Native Strings, in order.</summary>
    public ReadOnlySpan<byte> Strings => _bytes.Written;

    public ReadOnlySpan<byte> this[int entry] =>
        _bytes.Written.Slice(_entries[entry].Offset, _entries[entry].Length);

    public void Clear()
    {
        _bytes.Clear();
        _slots.AsSpan().Clear();
        _count = 0;
    }

    /// <summary>The number of a text, which is added if it is new.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        ulong hash = Hash(text);
        int mask = _slots.Length - 1;
        for (int slot = (int)hash & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int entry = _slots[slot] - 1;
            if (_entries[entry].Hash == hash && this[entry].SequenceEqual(text))
                return entry;
        }

        return Insert(text, hash);
    }

    private int Insert(ReadOnlySpan<byte> text, ulong hash)
    {
        if (_count == _entries.Length)
            Grow();

        _bytes.AppendString(text);
        _entries[_count] = new Entry(hash, _bytes.Length - text.Length, text.Length);
        Place(_count, hash);
        return _count++;
    }

    private void Place(int entry, ulong hash)
    {
        int mask = _slots.Length - 1;
        int slot = (int)hash & mask;
        while (_slots[slot] != 0)
            slot = (slot + 1) & mask;
        _slots[slot] = entry + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new int[_entries.Length * 2];
        for (int entry = 0; entry < _count; entry++)
            Place(entry, _entries[entry].Hash);
        Debug.Assert(_slots.Length == _entries.Length * 2, "At most half of the slots are taken.");
    }

    /// <summary>
    /// Folded 128-bit multiplications over eight bytes at a time; the last eight may overlap those before.
    /// </summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = Seed ^ ((ulong)text.Length * Mix);
        if (text.Length < 8)
            return Fold(hash ^ Short(text), Mix);

        for (int at = 0; at < text.Length - 8; at += 8)
            hash = Fold(hash ^ MemoryMarshal.Read<ulong>(text[at..]), Seed ^ Mix);
        return Fold(hash ^ MemoryMarshal.Read<ulong>(text[^8..]), Mix);
    }

    /// <summary>
    /// Fewer than eight bytes as a number; the length, hashed beside it, tells equal numbers apart.
    /// </summary>
    private static ulong Short(ReadOnlySpan<byte> text)
    {
        if (text.Length >= 4)
            return MemoryMarshal.Read<uint>(text) | ((ulong)MemoryMarshal.Read<uint>(text[^4..]) << 32);
        if (text.IsEmpty)
            return 0;
        return text[0] | ((ulong)text[text.Length >> 1] << 8) | ((ulong)text[^1] << 16);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    private readonly record struct Entry(ulong Hash, int Offset, int Length);
}
