using System.Runtime.CompilerServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A byte array that doubles as it fills and keeps its size when cleared. Owned by its column; one thread.
/// </summary>
internal sealed class ByteBuffer(int initialBytes)
{
    private byte[] _bytes = new byte[initialBytes];
    private int _used;

    public int Length => _used;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _used);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _used);

    public void Clear() => _used = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    /// <summary>Appends a length as VarUInt and then the bytes: Native's String.</summary>
    public void AppendString(ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = Reserve(bytes.Length + VarUInt.MaxBytes);
        int prefix = 1;
        if (bytes.Length < 0x80)
            target[0] = (byte)bytes.Length;
        else
            prefix = VarUInt.Write(target, (ulong)bytes.Length);
        bytes.CopyTo(target[prefix..]);
        _used += prefix + bytes.Length;
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        long wanted = Math.Max((long)_bytes.Length * 2, (long)_used + bytes);
        Array.Resize(ref _bytes, (int)Math.Min(wanted, Math.Max(Array.MaxLength, (long)_used + bytes)));
    }
}
