using System.Globalization;

namespace Attribution.Reporter.Commands.Replay;

/// <summary>An amount of memory as people write it: <c>512MiB</c>, <c>2GiB</c>. Stateless.</summary>
internal static class MemorySize
{
    public const string Forms = "a whole number of MiB or GiB, such as 512MiB or 2GiB";

    /// <exception cref="UsageException">The text is no size, or out of bounds.</exception>
    public static long Parse(string option, string text)
    {
        const int MiB = 20;
        const int GiB = 30;
        const long Least = 16L << MiB;
        const long Most = 16_384L << GiB;
        int bits = text.EndsWith("GiB", StringComparison.OrdinalIgnoreCase) ? GiB
            : text.EndsWith("MiB", StringComparison.OrdinalIgnoreCase) ? MiB : 0;
        if (bits == 0 || !long.TryParse(
            text[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || count > Most >> bits)
            throw new UsageException($"{option}: '{text}' is no size. Write {Forms}.");
        long bytes = count << bits;
        return bytes >= Least
            ? bytes
            : throw new UsageException($"{option}: {text} is less than a replay can work with, 16MiB.");
    }
}
