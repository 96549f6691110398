using System.Text;

namespace Attribution.Simulator.Rendering;

/// <summary>
/// Writes text into bytes the caller owns, which must be large enough. Lives on the stack of one caller.
/// </summary>
internal ref struct Utf8Cursor(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    public int Position { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(_target[..Position]);

    public void Put(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_target[Position..]);
        Position += text.Length;
    }

    public void Put(byte character) => _target[Position++] = character;

    public void Number(long value)
    {
        value.TryFormat(_target[Position..], out int written);
        Position += written;
    }

    /// <summary>A non-negative number in exactly <paramref name="width"/> digits.</summary>
    public void Padded(int value, int width)
    {
        for (int i = width - 1; i >= 0; i--)
        {
            _target[Position + i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        Position += width;
    }

    /// <summary>The lowest <paramref name="digits"/> hex digits of a number.</summary>
    public void Hex(ulong value, int digits, bool upper = false)
    {
        ReadOnlySpan<byte> alphabet = upper ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        for (int i = digits - 1; i >= 0; i--)
        {
            _target[Position + i] = alphabet[(int)(value & 15)];
            value >>= 4;
        }

        Position += digits;
    }

    /// <summary>Ten characters of the URL-safe alphabet per number.</summary>
    public void Base64Url(ulong value)
    {
        ReadOnlySpan<byte> alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;
        for (int i = 0; i < 10; i++)
        {
            Put(alphabet[(int)(value & 63)]);
            value >>= 6;
        }
    }

    /// <summary>A version 4 UUID.</summary>
    public void Uuid(ulong high, ulong low, bool upper = false)
    {
        high = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
        low = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        Hex(high >> 32, 8, upper);
        Put((byte)'-');
        Hex(high >> 16, 4, upper);
        Put((byte)'-');
        Hex(high, 4, upper);
        Put((byte)'-');
        Hex(low >> 48, 4, upper);
        Put((byte)'-');
        Hex(low, 12, upper);
    }

    /// <summary>RFC 3339 with milliseconds, in UTC or at a whole number of hours from it.</summary>
    public void Rfc3339(long millis, int offsetHours)
    {
        DateTime local = DateTime.UnixEpoch.AddMilliseconds(millis + (offsetHours * Time.HourMillis));
        Padded(local.Year, 4);
        Put((byte)'-');
        Padded(local.Month, 2);
        Put((byte)'-');
        Padded(local.Day, 2);
        Put((byte)'T');
        Padded(local.Hour, 2);
        Put((byte)':');
        Padded(local.Minute, 2);
        Put((byte)':');
        Padded(local.Second, 2);
        Put((byte)'.');
        Padded(local.Millisecond, 3);
        if (offsetHours == 0)
        {
            Put((byte)'Z');
            return;
        }

        Put((byte)(offsetHours < 0 ? '-' : '+'));
        Padded(Math.Abs(offsetHours), 2);
        Put(":00"u8);
    }
}
