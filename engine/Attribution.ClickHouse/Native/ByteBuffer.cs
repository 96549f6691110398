using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A byte array that doubles as it fills and keeps its size when cleared. Owned by its column; one thread.
/// </summary>
internal sealed class ByteBuffer(int initialBytes)
{
    /// <summary>What two vectors of 32 bytes can copy; a VarUInt of it is one byte.</summary>
    private const int MaxShortBytes = 64;

    private byte[] _bytes = new byte[initialBytes];
    private int _used;

    public int Length => _used;

    /// <summary>
    /// Takes at least so much at once, where its owner knows that it will be needed; see
    /// <see cref="Column.Expect"/>.
    /// </summary>
    public void GrowTo(int bytes)
    {
        if (bytes > _bytes.Length)
            Grow(bytes - _used);
    }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _used);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _used);

    public void Clear() => _used = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    public void AppendByte(byte value)
    {
        byte[] bytes = _bytes;
        int used = _used;
        if ((uint)used >= (uint)bytes.Length)
        {
            Grow(1);
            bytes = _bytes;
        }

        bytes[used] = value;
        _used = used + 1;
    }

    /// <summary>Appends a length as VarUInt and then the bytes: Native's String.</summary>
    public void AppendString(ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = Reserve(bytes.Length + VarUInt.MaxBytes);
        if (bytes.Length > MaxShortBytes)
        {
            int prefix = VarUInt.Write(target, (ulong)bytes.Length);
            bytes.CopyTo(target[prefix..]);
            _used += prefix + bytes.Length;
            return;
        }

        target[0] = (byte)bytes.Length;
        CopyShort(bytes, target[1..]);
        _used += 1 + bytes.Length;
    }

    /// <summary>
    /// At least so many free bytes; <see cref="Advance"/> says how many of them were filled.
    /// </summary>
    public Span<byte> Reserve(int bytes)
    {
        if (bytes > _bytes.Length - _used)
            Grow(bytes);
        return _bytes.AsSpan(_used);
    }

    public void Advance(int bytes) => _used += bytes;

    /// <summary>
    /// Copies by the two ends, which overlap in the middle: nothing outside of either span is touched. Most
    /// texts of an event are this short, and a call to copy each costs more than the copying
    /// (EventsBlockBenchmarks).
    /// </summary>
    private static void CopyShort(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int length = from.Length;
        if (length < sizeof(ulong) || to.Length < length)
        {
            from.CopyTo(to);
            return;
        }

        ref byte source = ref MemoryMarshal.GetReference(from);
        ref byte target = ref MemoryMarshal.GetReference(to);
        if (length > Vector256<byte>.Count)
        {
            CopyEnds<Vector256<byte>>(ref source, ref target, length);
            return;
        }

        if (length >= Vector128<byte>.Count)
            CopyEnds<Vector128<byte>>(ref source, ref target, length);
        else
            CopyEnds<ulong>(ref source, ref target, length);
    }

    private static void CopyEnds<T>(ref byte source, ref byte target, int length)
        where T : unmanaged
    {
        int last = length - Unsafe.SizeOf<T>();
        T first = Unsafe.ReadUnaligned<T>(ref source);
        T end = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref source, last));
        Unsafe.WriteUnaligned(ref target, first);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, last), end);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        long wanted = Math.Max((long)_bytes.Length * 2, (long)_used + bytes);
        byte[] grown = GC.AllocateUninitializedArray<byte>(
            (int)Math.Min(wanted, Math.Max(Array.MaxLength, (long)_used + bytes)));
        Written.CopyTo(grown);
        _bytes = grown;
    }
}
