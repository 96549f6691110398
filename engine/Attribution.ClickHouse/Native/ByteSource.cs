using System.Buffers.Binary;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A stream's bytes through one buffer, with the last 16 KiB before the current place kept: a server that
/// fails half-way writes its message into the data, and it must still be found there. Owned by one reader;
/// owns neither stream nor token.
/// </summary>
internal sealed class ByteSource(Stream stream, Func<CancellationToken>? beginRead = null)
{
    private const int HistoryBytes = 16 * 1024;
    private const int BufferBytes = 128 * 1024;

    /// <summary>Most bytes of one column in one block.</summary>
    private const int MaxColumnBytes = 1 << 30;

    private readonly byte[] _buffer = new byte[HistoryBytes + BufferBytes];
    private int _at;
    private int _end;

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_at, _end - _at);

    /// <summary>What was read last, up to the end of what is buffered.</summary>
    public ReadOnlySpan<byte> Tail => _buffer.AsSpan(0, _end);

    public void Advance(int bytes) => _at += bytes;

    /// <summary>Buffers at least so many bytes; false where the stream ends before.</summary>
    public async ValueTask<bool> TryEnsureAsync(int bytes)
    {
        while (_end - _at < bytes)
        {
            MakeRoom();
            CancellationToken cancel = beginRead?.Invoke() ?? CancellationToken.None;
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancel).ConfigureAwait(false);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }

    public async ValueTask<ulong> ReadUInt64Async()
    {
        if (!await TryEnsureAsync(sizeof(ulong)).ConfigureAwait(false))
            throw Truncated();
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(Unread);
        _at += sizeof(ulong);
        return value;
    }

    public async ValueTask<ulong> ReadVarUIntAsync()
    {
        ulong value;
        int length;
        while (!VarUInt.TryRead(Unread, out value, out length))
        {
            if (Unread.Length >= VarUInt.MaxBytes)
                throw new NativeFormatException("A number does not fit 64 bits.");
            if (!await TryEnsureAsync(Unread.Length + 1).ConfigureAwait(false))
                throw Truncated();
        }

        _at += length;
        return value;
    }

    /// <summary>
    /// Appends bytes to a column; it grows only as they really arrive, whatever length was claimed.
    /// </summary>
    public async ValueTask ReadIntoAsync(ByteBuffer target, ulong bytes)
    {
        if (bytes > MaxColumnBytes || target.Length + (long)bytes > MaxColumnBytes)
            throw new NativeFormatException($"A column holds more than {MaxColumnBytes} bytes.");

        int left = (int)bytes;
        while (left > 0)
        {
            if (Unread.IsEmpty && !await TryEnsureAsync(1).ConfigureAwait(false))
                throw Truncated();
            int count = Math.Min(left, _end - _at);
            target.Append(_buffer.AsSpan(_at, count));
            _at += count;
            left -= count;
        }
    }

    /// <summary>
    /// Reads on to the end of the stream, or so many bytes, and keeps only the last of them.
    /// </summary>
    public async ValueTask DrainAsync(int maxBytes)
    {
        for (int drained = 0; drained < maxBytes && await TryEnsureAsync(1).ConfigureAwait(false);)
        {
            drained += _end - _at;
            _at = _end;
        }
    }

    public static NativeFormatException Truncated() => new("The data ends within a block.");

    private void MakeRoom()
    {
        int keepFrom = Math.Max(0, _at - HistoryBytes);
        if (keepFrom == 0 || _buffer.Length - _end >= BufferBytes / 2)
            return;

        _buffer.AsSpan(keepFrom, _end - keepFrom).CopyTo(_buffer);
        _at -= keepFrom;
        _end -= keepFrom;
    }
}
