using System.Globalization;

namespace Attribution.Engine.Commands;

/// <summary><c>engine journal list</c>: a line per segment. Stateless.</summary>
internal static class JournalList
{
    /// <summary>Of all columns but the last; a sequence has 19 digits at most.</summary>
    private static readonly int[] Widths = [8, 19, 19, 10, 12, 8, 8];

    public static void Write(JournalView view, TextWriter output, DateTimeOffset now)
    {
        WriteLine(
            output, "segment", "first sequence", "last sequence", "records", "bytes", "oldest", "newest",
            "state");
        foreach (SegmentView segment in view.Read())
        {
            bool hasRecords = segment.Records > 0;
            WriteLine(
                output,
                segment.Name.Substring("journal-".Length, 20).TrimStart('0').PadLeft(1, '0'),
                hasRecords ? Number(segment.FirstSequence) : "-",
                hasRecords ? Number(segment.LastSequence) : "-",
                Number(segment.Records),
                Number(segment.FileBytes),
                hasRecords ? Age(now, segment.FirstReceivedMillis) : "-",
                hasRecords ? Age(now, segment.LastReceivedMillis) : "-",
                segment.State);
        }
    }

    /// <summary>Such as <c>12 s</c>, <c>5 min</c>, <c>3.2 h</c> or <c>2.0 d</c>.</summary>
    internal static string Age(DateTimeOffset now, long millis)
    {
        double seconds = Math.Max(0, (now.ToUnixTimeMilliseconds() - millis) / 1000.0);
        (double value, string format) = seconds switch
        {
            < 60 => (seconds, "0 's'"),
            < 3600 => (seconds / 60, "0 'min'"),
            < 48 * 3600 => (seconds / 3600, "0.0 'h'"),
            _ => (seconds / 86_400, "0.0 'd'"),
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void WriteLine(TextWriter output, params string[] cells) => output.WriteLine(
        string.Join("  ", cells.Select((cell, i) => i < Widths.Length ? cell.PadLeft(Widths[i]) : cell)));
}
