namespace Attribution.ClickHouse.Native;

/// <summary>
/// ClickHouse's variable-length unsigned number: seven bits per byte, lowest first. Stateless.
/// </summary>
internal static class VarUInt
{
    public const int MaxBytes = 10;

    /// <summary>Writes at most <see cref="MaxBytes"/> and returns how many.</summary>
    public static int Write(Span<byte> target, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            target[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads one number; false where the bytes end too early or it does not fit 64 bits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        for (length = 0; length < source.Length && length < MaxBytes;)
        {
            byte next = source[length];
            if (length == MaxBytes - 1 && next > 1)
                return false;

            value |= (ulong)(next & 0x7f) << (7 * length++);
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
