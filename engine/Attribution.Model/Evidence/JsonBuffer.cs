using System.Buffers.Text;

namespace Attribution.Model.Evidence;

/// <summary>JSON bytes being written, in a buffer that is reused and grows. Owned by one writer.</summary>
internal sealed class JsonBuffer(int capacity)
{
    /// <summary>Most bytes of an event id, every byte escaped.</summary>
    public const int MaxIdBytes = 64 * 6;

    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Makes room; the other methods write into it without asking.</summary>
    public void Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + bytes));
    }

    public void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(Length));
        Length += text.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out int written);
        Length += written;
    }

    /// <summary>A string's content, without its quotes.</summary>
    public void Escaped(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (b is (byte)'"' or (byte)'\\')
                _bytes[Length++] = (byte)'\\';
            if (b >= 0x20)
            {
                _bytes[Length++] = b;
                continue;
            }

            Raw("\\u00"u8);
            _bytes[Length++] = HexDigit(b >> 4);
            _bytes[Length++] = HexDigit(b & 15);
        }
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
