using System.Buffers.Binary;
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

    // The upper half of the text's hash, and entry + 1 below it; 0 is free; at most half are taken.
    private ulong[] _slots = new ulong[InitialEntries * 2];
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

    /// <summary>Whether this is the text of a number.</summary>
    public bool Holds(int number, ReadOnlySpan<byte> text)
    {
        Entry entry = _entries[number];
        return entry.Length == text.Length && _bytes.Written[entry.Offset..].StartsWith(text);
    }

    /// <summary>The number of a text, which is added if it is new.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        ulong hash = Hash(text);
        ulong[] slots = _slots;
        for (int slot = Home(hash, slots); ; slot++)
        {
            ulong found = slots[slot & (slots.Length - 1)];
            if (found == 0)
                return Insert(text, hash);
            if ((found ^ hash) >> 32 != 0)
                continue;

            int number = (int)(uint)found - 1;
            if (Holds(number, text))
                return number;
        }
    }

    private int Insert(ReadOnlySpan<byte> text, ulong hash)
    {
        if (_count == _entries.Length)
            Grow();

        _bytes.AppendString(text);
        _entries[_count] = new Entry(_bytes.Length - text.Length, text.Length);
        Place(_count, hash);
        return _count++;
    }

    private void Place(int entry, ulong hash)
    {
        int mask = _slots.Length - 1;
        int slot = Home(hash, _slots);
        while (_slots[slot & mask] != 0)
            slot++;
        _slots[slot & mask] = (hash & ~(ulong)uint.MaxValue) | (uint)(entry + 1);
    }

    private static int Home(ulong hash, ulong[] slots) => (int)(hash >> 32) & (slots.Length - 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new ulong[_entries.Length * 2];
        for (int entry = 0; entry < _count; entry++)
            Place(entry, Hash(this[entry]));
        Debug.Assert(_slots.Length == _entries.Length * 2, "At most half of the slots are taken.");
    }

    /// <summary>
    /// Folded 128-bit multiplications over sixteen bytes at a time; the last ones may overlap those before.
    /// </summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = Seed ^ ((ulong)text.Length * Mix);
        if (text.Length < 8)
            return Fold(hash ^ Short(text), Mix);

        for (int at = 0; at < text.Length - 16; at += 16)
            hash = Fold(hash ^ Word(text, at), Seed ^ Mix ^ Word(text, at + 8));
        int tail = Math.Max(0, text.Length - 16);
        return Fold(hash ^ Word(text, tail), Seed ^ Mix ^ Word(text, text.Length - 8));
    }

    private static ulong Word(ReadOnlySpan<byte> text, int at) =>
        BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);

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

    private readonly record struct Entry(int Offset, int Length);
}
