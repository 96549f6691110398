using System.Globalization;

namespace Attribution.Engine.Journal;

/// <summary>
/// A segment's file name, <c>journal-NUMBER-FIRSTSEQUENCE.seg</c>, both of 20 digits. Immutable.
/// </summary>
/// <remarks>
/// The number stands before the sequence because two segments may begin with the same one: the first of them
/// failed before anything in it was durable, and a name is never used twice.
/// </remarks>
internal readonly record struct SegmentName(long Number, long FirstSequence)
{
    private const string Prefix = "journal-";
    private const string Suffix = ".seg";
    private const int Digits = 20;

    public static bool TryParse(string fileName, out SegmentName name)
    {
        name = default;
        if (fileName.Length != Prefix.Length + Digits + 1 + Digits + Suffix.Length
            || !fileName.StartsWith(Prefix, StringComparison.Ordinal)
            || !fileName.EndsWith(Suffix, StringComparison.Ordinal)
            || fileName[Prefix.Length + Digits] != '-'
            || !TryParse(fileName.AsSpan(Prefix.Length, Digits), out long number)
            || !TryParse(fileName.AsSpan(Prefix.Length + Digits + 1, Digits), out long first))
            return false;

        name = new SegmentName(number, first);
        return true;
    }

    public override string ToString() => Prefix + Padded(Number) + "-" + Padded(FirstSequence) + Suffix;

    private static string Padded(long value) => value.ToString("D20", CultureInfo.InvariantCulture);

    private static bool TryParse(ReadOnlySpan<char> digits, out long value) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
