using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// Gathers what columns write into chunks and hands each full chunk on, to be compressed or sent.
/// Owned by one thread; the chunk grows to its size once.
/// </summary>
public abstract class BlockWriter
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>
    /// From here on a column's bytes are handed on where they lie, as chunks of their own: a chunk costs less
    /// than the copy, and one column alone packs better than with its neighbour (EventsBlockBenchmarks).
    /// </summary>
    private const int DirectBytes = 64 * 1024;

    private readonly int _chunkBytes;
    private byte[] _chunk;
    private int _used;

    protected BlockWriter(int chunkBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkBytes, 64);
        _chunkBytes = chunkBytes;
        _chunk = new byte[Math.Min(FirstBytes, chunkBytes)];
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= DirectBytes)
            bytes = WriteDirectly(bytes);
        if (bytes.Length > _chunk.Length - _used)
            Grow(bytes.Length);
        while (bytes.Length > _chunk.Length - _used)
        {
            int room = _chunk.Length - _used;
            bytes[..room].CopyTo(_chunk.AsSpan(_used));
            bytes = bytes[room..];
            _used = _chunk.Length;
            Flush();
        }

        bytes.CopyTo(_chunk.AsSpan(_used));
        _used += bytes.Length;
    }

    public void WriteUInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    public void WriteVarUInt(ulong value)
    {
        Span<byte> bytes = stackalloc byte[VarUInt.MaxBytes];
        Write(bytes[..VarUInt.Write(bytes, value)]);
    }

    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        WriteVarUInt((ulong)utf8.Length);
        Write(utf8);
    }

    /// <summary>
    /// Room for at least one value, to be filled in place; <see cref="Advance"/> says how many bytes were.
    /// </summary>
    internal Span<T> GetSpan<T>()
        where T : unmanaged
    {
        if (_chunk.Length - _used < Unsafe.SizeOf<T>())
            Grow(Unsafe.SizeOf<T>());
        if (_chunk.Length - _used < Unsafe.SizeOf<T>())
            Flush();
        return MemoryMarshal.Cast<byte, T>(_chunk.AsSpan(_used));
    }

    /// <summary>Before a column is written in pieces: a large one is compressed on its own.</summary>
    internal void BeginColumn(long bytes)
    {
        if (bytes >= DirectBytes)
            Flush();
    }

    internal void Advance(int bytes) => _used += bytes;

    /// <summary>Hands on what is left of the last chunk.</summary>
    public void Flush()
    {
        if (_used == 0)
            return;

        int used = _used;
        _used = 0;
        OnChunk(_chunk.AsSpan(0, used));
    }

    /// <returns>What is left, less than a chunk that is worth its own.</returns>
    private ReadOnlySpan<byte> WriteDirectly(ReadOnlySpan<byte> bytes)
    {
        Flush();
        while (bytes.Length >= DirectBytes)
        {
            int length = Math.Min(bytes.Length, _chunkBytes);
            OnChunk(bytes[..length]);
            bytes = bytes[length..];
        }

        return bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        if (_chunk.Length == _chunkBytes)
            return;
        long wanted = Math.Max(_chunk.Length * 2L, (long)_used + bytes);
        Array.Resize(ref _chunk, (int)Math.Min(wanted, _chunkBytes));
    }

    /// <summary>Takes one chunk; its bytes are only valid during the call.</summary>
    protected abstract void OnChunk(ReadOnlySpan<byte> chunk);
}
