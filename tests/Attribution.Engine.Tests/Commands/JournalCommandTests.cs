using System.Text;
using System.Text.Json;
using Attribution.Engine.Commands;
using Attribution.Engine.Journal;
using Attribution.Engine.Tests.Journal.Support;
using Attribution.Faults.Files;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Commands;

/// <remarks>
/// The tools are run on journals whose every byte is known: what they print must name what is there and what
/// was damaged, and they must leave every file as it was.
/// </remarks>
public class JournalCommandTests
{
    private static readonly JournalImage Image = new();
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddHours(3);

    [Fact]
    public void List_OfAWholeJournal_NamesEverySegment()
    {
        using var text = new StringWriter();
        JournalList.Write(View(Copy()), text, Now);

        string[] lines = text.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(JournalImage.Segments + 1, lines.Length);
        string[] second = lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["2", "3", "5", "3", $"{Image.Bytes[1].Length}", "3.0", "h", "3.0", "h", "closed"], second);
        Assert.EndsWith("newest", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59_000, "59 s")]
    [InlineData(300_000, "5 min")]
    [InlineData(9_000_000, "2.5 h")]
    [InlineData(864_000_000, "10.0 d")]
    public void Age_OfAnyLength_IsShort(long millis, string expected) =>
        Assert.Equal(expected, JournalList.Age(DateTimeOffset.UnixEpoch.AddMilliseconds(millis), 0));

    [Fact]
    public void Verify_OfAWholeJournal_IsOk()
    {
        (int exitCode, string text) = Verify(Image.Folder(Copy()));

        Assert.Equal(0, exitCode);
        Assert.Equal("ok: 4 segments, 12 records, 0 lost stretches, 0 in the quarantine not looked at", text);
    }

    [Fact]
    public void Verify_WithAFlippedByte_SaysWhereAndWhatAndChangesNothing()
    {
        byte[][] bytes = Copy();
        bytes[1][Image.Offsets[1][1] + 30] ^= 1;
        FaultyFileSystem files = Image.Folder(bytes);
        files.OnCall = (call, name) =>
            Assert.True(call is FileCall.Open or FileCall.Read, $"{call} of {name}");

        (int exitCode, string text) = Verify(files);

        Assert.Equal(1, exitCode);
        int length = Image.Offsets[1][2] - Image.Offsets[1][1];
        Assert.Contains(
            $"lost        {Image.Names[1]} offset {Image.Offsets[1][1]}: {length} bytes, sequence 4; "
            + "it had been synced",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_WithAnUnfinishedTail_SaysSoAndIsOk()
    {
        byte[][] bytes = Copy();
        bytes[^1] = bytes[^1][..^16];

        (int exitCode, string text) = Verify(Image.Folder(bytes));

        Assert.Equal(0, exitCode);
        Assert.Contains(
            $"unfinished  {Image.Names[^1]} offset {Image.Offsets[^1][^2]}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AgreesWithRecovery_UnderRandomDamage()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[][] bytes = Copy();
            byte[] hit = bytes[random.Next(bytes.Length)];
            random.NextBytes(hit.AsSpan(random.Next(hit.Length)..)[..1]);

            (int exitCode, string text) = Verify(Image.Folder(bytes));
            RecoveredJournal recovered = JournalRecovery.Run(Image.Folder(bytes), JournalRun.Options);

            Assert.True((exitCode != 0) == recovered.IsDegraded, $"seed {seed}: {text}");
        }
    }

    [Fact]
    public void Verify_AfterAStartThatSetAside_NamesTheFileUntilItIsGone()
    {
        byte[][] bytes = Copy();
        bytes[1][Image.Offsets[1][1] + 30] ^= 1;
        FaultyFileSystem files = Image.Folder(bytes);
        var run = new JournalRun(files, JournalRun.Options);
        run.Journal.ReleaseUpTo(run.Write(1000));

        (int exitCode, string text) = Verify(files);
        Assert.Equal(1, exitCode);
        Assert.Contains("set aside   quarantine/" + Image.Names[1], text, StringComparison.Ordinal);

        IJournalFileSystem quarantine = files.Folder("quarantine");
        quarantine.Delete(quarantine.List()[0]);
        Assert.Equal(0, Verify(files).ExitCode);
    }

    [Fact]
    public void Dump_OfARange_ShowsItsEvents()
    {
        JsonElement[] events = [.. Dump(View(Copy()), new DumpRange(2, 7, 4), DumpFormat.Ndjson)
            .Select(line => JsonDocument.Parse(line).RootElement)];

        Assert.Equal([2, 3, 4, 5], events.Select(e => e.GetProperty("sequence").GetInt64()));
    }

    [Fact]
    public void Dump_OfDamage_ShowsTheRest()
    {
        byte[][] bytes = Copy();
        bytes[2][Image.Offsets[2][0] + 30] ^= 1;

        string[] lines = Dump(View(bytes), new DumpRange(0, long.MaxValue, long.MaxValue), DumpFormat.Text);

        Assert.Equal(11, lines.Length);
        Assert.DoesNotContain(lines, line => line.StartsWith("6 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Dump_OfEveryField_NamesIt()
    {
        var texts = new Dictionary<EventField, string>();
        foreach (EventField field in Enum.GetValues<EventField>())
            texts.Add(field, "v-" + field);
        texts[EventField.Properties] = "{\"a\":\n[1.50,\"é\"]}";

        string line = Assert.Single(DumpOf(EventKind.Event, texts, DumpFormat.Ndjson));
        JsonElement json = JsonDocument.Parse(line).RootElement;

        for (EventField field = EventField.Project; field < EventField.Properties; field++)
            Assert.Equal(texts[field], json.GetProperty(EventJson.Names[(int)field]).GetString());
        Assert.Equal("[1.50,\"\\u00E9\"]", json.GetProperty("properties").GetProperty("a").GetRawText());
        Assert.Equal("12.3456", json.GetProperty("revenue").GetString());
        Assert.Equal("EUR", json.GetProperty("currency").GetString());
        Assert.Equal("1.2.3.4", json.GetProperty("ip").GetString());
        Assert.Equal("2001-09-09T01:46:40.000Z", json.GetProperty("timestamp").GetString());
    }

    [Theory]
    [InlineData(DumpFormat.Text)]
    [InlineData(DumpFormat.Ndjson)]
    public void Dump_OfHostileBytes_StaysOneLineOfPrintableAscii(object format)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            byte[] body = new byte[random.Next(1, 400)];
            random.NextBytes(body);
            var texts = new Dictionary<EventField, byte[]>
            {
                [EventField.Type] = "\u001b[2J\r\n\0\u202e"u8.ToArray(),
                [EventField.Properties] = body,
            };

            byte[] bytes = DumpBytes(EventKind.Rejected, texts, (DumpFormat)format);

            Assert.Equal((byte)'\n', bytes[^1]);
            Assert.True(bytes.AsSpan(..^1).IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0, $"seed {seed}");
        }
    }

    private static (int ExitCode, string Text) Verify(FaultyFileSystem files)
    {
        using var text = new StringWriter();
        int exitCode = JournalVerify.Write(new JournalView(files), text);
        return (exitCode, text.ToString().TrimEnd());
    }

    private static string[] Dump(JournalView view, DumpRange range, DumpFormat format)
    {
        using var output = new MemoryStream();
        JournalDump.Write(view, range, format, output);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] DumpOf(EventKind kind, Dictionary<EventField, string> texts, DumpFormat format)
    {
        var bytes = texts.ToDictionary(text => text.Key, text => Encoding.UTF8.GetBytes(text.Value));
        return Encoding.UTF8.GetString(DumpBytes(kind, bytes, format))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static byte[] DumpBytes(EventKind kind, Dictionary<EventField, byte[]> texts, DumpFormat format)
    {
        var files = new FaultyFileSystem(new Random(1));
        RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);
        using (var writer = new JournalWriter(recovered, JournalRun.Options, new JournalCounters()))
        {
            var bytes = new List<byte>();
            var header = new EventHeader
            {
                Kind = kind,
                Flags = EventFlags.HasRevenue,
                RevenueTenThousandths = 123_456,
                Currency = 'E' | ('U' << 8) | ('R' << 16),
                TimestampMillis = 1_000_000_000_000,
                IpLow = BitConverter.ToUInt64([0, 0, 255, 255, 1, 2, 3, 4]),
            };
            foreach ((EventField field, byte[] text) in texts)
            {
                header.Fields[(int)field] = new FieldSlice
                {
                    Offset = (ushort)bytes.Count,
                    Length = (ushort)text.Length,
                };
                bytes.AddRange(text);
            }

            header.BytesLength = (ushort)bytes.Count;
            writer.Append(0, header, bytes.ToArray());
            writer.Commit();
        }

        using var output = new MemoryStream();
        JournalDump.Write(new JournalView(files), new DumpRange(0, 10, 10), format, output);
        return output.ToArray();
    }

    private static JournalView View(byte[][] bytes) => new(Image.Folder(bytes));

    private static byte[][] Copy() => [.. Image.Bytes.Select(bytes => (byte[])bytes.Clone())];
}
