using System.Buffers;
using System.Text.Json;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Commands;

/// <summary>Which events a dump shows. A value.</summary>
/// <param name="From">First sequence.</param>
/// <param name="To">Last sequence.</param>
/// <param name="Limit">Events, at most.</param>
internal readonly record struct DumpRange(long From, long To, long Limit);

/// <summary>
/// <c>engine journal dump</c>: an event a line, with all its fields, in memory that does not grow. Stateless.
/// </summary>
internal static class JournalDump
{
    public static void Write(JournalView view, DumpRange range, DumpFormat format, Stream output)
    {
        var line = new ArrayBufferWriter<byte>(64 * 1024);
        var scanner = new SegmentScanner();
        using var buffered = new BufferedStream(output, 64 * 1024);
        long shown = 0;
        foreach (FoundSegment segment in view.Segments)
        {
            if (shown >= range.Limit || segment.Name.FirstSequence > range.To)
                break;
            if (segment.Header is null || segment.End <= range.From || view.TryOpen(segment) is not { } file)
                continue;
            using (file)
            {
                scanner.Open(file, segment.Header, segment.End);
                shown += Write(scanner, range with { Limit = range.Limit - shown }, format, (line, buffered));
            }
        }
    }

    private static long Write(
        SegmentScanner scanner, DumpRange range, DumpFormat format,
        (ArrayBufferWriter<byte> Line, Stream Output) to)
    {
        long shown = 0;
        for (ScanResult result = scanner.Next(); result != ScanResult.End; result = scanner.Next())
        {
            if (result == ScanResult.Damage || scanner.Sequence < range.From)
                continue;
            if (scanner.Sequence > range.To || shown == range.Limit)
                break;

            to.Line.ResetWrittenCount();
            var record = new JournalRecord { Sequence = scanner.Sequence, Frame = scanner.Frame };
            if (format == DumpFormat.Text)
                EventText.Write(record, to.Line);
            else
                WriteJson(record, to.Line);
            to.Line.Write("\n"u8);
            to.Output.Write(to.Line.WrittenSpan);
            shown++;
        }

        return shown;
    }

    private static void WriteJson(in JournalRecord record, ArrayBufferWriter<byte> line)
    {
        using var json = new Utf8JsonWriter(line);
        EventJson.Write(record, json);
    }
}
