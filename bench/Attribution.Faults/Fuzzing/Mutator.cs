using System.Buffers.Binary;

namespace Attribution.Faults.Fuzzing;

/// <summary>
/// Makes hostile bytes out of right ones: flips, splices, cuts, pieces of meaning, numbers that lie. The same
/// random numbers make the same bytes. Owned by one run.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds, IReadOnlyList<byte[]> tokens)
{
    /// <summary>Longest input; a longer one is cut.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxChanges = 6;
    private const int MaxCopies = 64;

    private static readonly long[] Numbers =
    [
        0, 1, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 1023, 4095, 4096, 32_767, 32_768, 32_769, 65_535,
        65_536,
        (1 << 20) - 1, 1 << 24, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, long.MaxValue,
        long.MinValue, -1,
    ];

    public byte[] Next(Random random)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (int i = random.Next(1, MaxChanges + 1); i > 0; i--)
            Change(bytes, random);
        if (bytes.Count > MaxBytes)
            bytes.RemoveRange(MaxBytes, bytes.Count - MaxBytes);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = random.Next(1 + Math.Min(64, bytes.Count - at));
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                Repeat(bytes, random, at, length);
                break;
            case 5:
                Splice(bytes, random, at);
                break;
            case 6:
                Lie(bytes, random, at);
                break;
            default:
                Insert(bytes, random, at);
                break;
        }
    }

    private static void Repeat(List<byte> bytes, Random random, int at, int length)
    {
        List<byte> range = bytes.GetRange(at, length);
        for (int i = random.Next(1, MaxCopies); i > 0 && bytes.Count < MaxBytes; i--)
            bytes.InsertRange(at, range);
    }

    private void Splice(List<byte> bytes, Random random, int at)
    {
        byte[] other = seeds[random.Next(seeds.Count)];
        int from = random.Next(other.Length + 1);
        bytes.RemoveRange(at, bytes.Count - at);
        bytes.AddRange(other.AsSpan(from));
    }

    /// <summary>Writes a number where one may stand, in binary or in digits.</summary>
    private static void Lie(List<byte> bytes, Random random, int at)
    {
        long number = Numbers[random.Next(Numbers.Length)];
        Span<byte> text = stackalloc byte[20];
        int length = 1 << random.Next(4);
        if (random.Next(4) == 0)
        {
            number.TryFormat(text, out length);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(text, number);
        }

        if (random.Next(2) == 0)
            bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
        bytes.InsertRange(at, text[..length]);
    }

    private void Insert(List<byte> bytes, Random random, int at)
    {
        if (tokens.Count == 0)
        {
            bytes.Insert(at, (byte)random.Next(256));
            return;
        }

        byte[] token = tokens[random.Next(tokens.Count)];
        if (random.Next(2) == 0)
            bytes.RemoveRange(at, Math.Min(token.Length, bytes.Count - at));
        bytes.InsertRange(at, token);
    }
}
