using System.Globalization;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Commands;

/// <summary><c>engine journal verify</c>: every damage, one a line, then a verdict. Stateless.</summary>
internal static class JournalVerify
{
    /// <returns>The exit code: 1 where something is lost, or was and nobody has looked at it yet.</returns>
    public static int Write(JournalView view, TextWriter output)
    {
        long records = 0;
        long segments = 0;
        long lost = 0;
        foreach (SegmentView segment in view.Read())
        {
            segments++;
            records += segment.Records;
            lost += Describe(segment, output);
        }

        IReadOnlyList<string> unseen = view.UnseenDamages();
        foreach (string name in unseen)
            output.WriteLine($"set aside   quarantine/{name}: lost at an earlier start, not looked at yet");

        bool isClean = lost == 0 && unseen.Count == 0;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(isClean ? "ok" : "damaged")}: {segments} segments, {records} records, {lost} lost stretches, "
            + $"{unseen.Count} in the quarantine not looked at"));
        return isClean ? 0 : EngineCommand.Refused;
    }

    /// <returns>How many stretches were lost though they had been synced.</returns>
    private static long Describe(SegmentView segment, TextWriter output)
    {
        if (!segment.HasHeader)
            return DescribeHeaderless(segment, output);

        long lost = 0;
        foreach (Stretch stretch in segment.Stretches)
        {
            lost += stretch.WasDurable ? 1 : 0;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(stretch.WasDurable ? "lost" : "torn"),-10}  {segment.Name} offset {stretch.Offset}: "
                + $"{stretch.Bytes} bytes, {Sequences(stretch)}; "
                + $"{(stretch.WasDurable ? "it had been synced" : "a crash during a write explains it")}"));
        }

        if (segment.TailBytes > 0)
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"unfinished  {segment.Name} offset {segment.EndOffset}: {segment.TailBytes} bytes; "
                + $"a write in progress, or one that a crash cut short and the next start cuts off"));
        return lost;
    }

    private static long DescribeHeaderless(SegmentView segment, TextWriter output)
    {
        output.WriteLine(segment.IsEmpty
            ? $"empty       {segment.Name}: was being made when the engine stopped"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"lost        {segment.Name} offset 0: {segment.TailBytes} bytes, both headers "
                + $"unreadable; none of its records can be verified"));
        return segment.IsEmpty ? 0 : 1;
    }

    private static string Sequences(in Stretch stretch) => stretch.MissingRecords switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"sequences from {stretch.FirstSequence}"),
        1 => string.Create(CultureInfo.InvariantCulture, $"sequence {stretch.FirstSequence}"),
        long count => string.Create(
            CultureInfo.InvariantCulture,
            $"sequences {stretch.FirstSequence} to {stretch.FirstSequence + count - 1}"),
    };
}
