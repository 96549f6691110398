using Attribution.Engine.Journal;
using Attribution.Faults.Files;
using Attribution.Engine.Tests.Journal.Support;

namespace Attribution.Engine.Tests.Journal;

/// <remarks>
/// Every truncation and every flipped byte of a segment: recovery must not throw, must not invent a record
/// and must lose no more than what was hit. Afterwards the journal takes an event, crashes, and must have it
/// with the rest.
/// </remarks>
public class DamageTests
{
    private static readonly SegmentImage Image = new();

    [Fact]
    public void Recovery_OfWholeSegment_FindsEveryRecord()
    {
        RecoveredJournal recovered = JournalRecovery.Run(Whole(), JournalRun.Options);

        Assert.Equal(Sequences(0, SegmentImage.Records), JournalRun.ReadAll(recovered).Keys);
        Assert.Equal(SegmentImage.Records, recovered.NextSequence);
        Assert.Empty(recovered.Damages);
    }

    [Fact]
    public void Recovery_TruncatedAtEveryByte_KeepsEveryWholeRecordBefore()
    {
        for (int length = 0; length <= Image.Bytes.Length; length++)
        {
            FaultyFileSystem files = SegmentImage.Folder(Image.Name, Image.Bytes[..length]);
            int whole = Math.Max(0, Array.FindLastIndex(Image.Offsets, offset => offset <= length));

            AssertSurvives(files, Sequences(0, whole), $"length {length}");
        }
    }

    [Fact]
    public void Recovery_WithEveryByteFlipped_LosesNoOtherRecord()
    {
        for (int i = 0; i < Image.Bytes.Length; i++)
        {
            byte[] bytes = (byte[])Image.Bytes.Clone();
            bytes[i] ^= (byte)(1 << (i % 8));
            List<long> expected = Sequences(0, SegmentImage.Records);
            if (Image.RecordAt(i) is { } record)
                expected.Remove(record);

            AssertSurvives(SegmentImage.Folder(Image.Name, bytes), expected, $"byte {i}");
        }
    }

    [Fact]
    public void Recovery_WithEveryByteOfRecordsFlipped_ReportsAndSetsAside()
    {
        for (int i = SegmentHeader.RegionBytes; i < Image.Offsets[^1]; i++)
        {
            byte[] bytes = (byte[])Image.Bytes.Clone();
            bytes[i] ^= byte.MaxValue;
            FaultyFileSystem files = SegmentImage.Folder(Image.Name, bytes);
            int record = Image.RecordAt(i)!.Value;

            RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);

            JournalDamage damage = Assert.Single(recovered.Damages);
            Assert.Equal(Image.Offsets[record], damage.OffsetBytes);
            Assert.Equal(record, damage.FirstSequence);
            Assert.Equal(record < SegmentImage.LastGroupFirst, damage.WasDurable);
            Assert.Equal(damage.WasDurable ? 1 : 0, recovered.LostRecords);
            var quarantine = (FaultyFileSystem)files.Folder("quarantine");
            byte[] hit = bytes[(int)damage.OffsetBytes..(int)(damage.OffsetBytes + damage.LengthBytes)];
            Assert.Equal(hit, quarantine.Bytes(damage.SetAsideAs!));
        }
    }

    [Fact]
    public void Recovery_ThatCannotRead_CountsAndGoesOnWithoutCutting()
    {
        FaultyFileSystem files = Whole();
        int reads = 0;
        files.OnCall = (call, _) =>
        {
            if (call == FileCall.Read && ++reads > 1)
                throw new IOException("unreadable");
        };

        RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);
        files.OnCall = (_, _) => { };

        Assert.True(recovered.LostStretches > 0);
        Assert.True(recovered.NextSequence >= SegmentImage.Records);
        Assert.Equal(Image.Bytes, files.Bytes(Image.Name));
    }

    [Fact]
    public void Recovery_WithBothHeadersDamaged_SetsTheSegmentAsideAndNeverGoesBack()
    {
        byte[] bytes = (byte[])Image.Bytes.Clone();
        bytes[3] ^= 1;
        bytes[515] ^= 1;
        FaultyFileSystem files = SegmentImage.Folder(Image.Name, bytes);

        RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);

        Assert.Equal(1, recovered.LostStretches);
        Assert.True(recovered.NextSequence >= SegmentImage.Records);
        var quarantine = (FaultyFileSystem)files.Folder("quarantine");
        byte[] kept = quarantine.Bytes(recovered.Damages[0].SetAsideAs!);
        Assert.Equal(bytes, kept.Concat(new byte[bytes.Length - kept.Length]));
        long first = new JournalRun(files, JournalRun.Options).Write(1000);
        Assert.Equal(recovered.NextSequence, first);
        Assert.Equal([first], JournalRun.ReadAll(files).Keys);
        Assert.Single(files.List());
    }

    [Fact]
    public void Recovery_WithFullQuarantine_CountsDamageAndGoesOn()
    {
        byte[] bytes = (byte[])Image.Bytes.Clone();
        bytes[Image.Offsets[2] + 20] ^= 1;

        RecoveredJournal recovered = JournalRecovery.Run(
            SegmentImage.Folder(Image.Name, bytes), JournalRun.Options with { MaxQuarantineBytes = 10 });

        Assert.Null(Assert.Single(recovered.Damages).SetAsideAs);
        Assert.Equal(SegmentImage.Records - 1, recovered.Records);
    }

    [Fact]
    public void Recovery_OfDamageAtTheEndOfAnOlderSegment_KnowsHowManyAreMissing()
    {
        FaultyFileSystem files = Whole();
        var second = new JournalRun(files, JournalRun.Options);
        second.Write(10, 11, 12);
        second.Write([.. Enumerable.Range(100, 60).Select(id => (long)id)]);
        second.Write([.. Enumerable.Range(200, 60).Select(id => (long)id)]);
        string hit = files.List().Order().ElementAt(1);
        byte[] bytes = files.Bytes(hit);
        bytes.AsSpan(SegmentHeader.RegionBytes + 8).Fill(0xAB);
        files.Put(hit, bytes);

        RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);

        SortedDictionary<long, long> found = JournalRun.ReadAll(recovered);
        Assert.Equal(SegmentImage.Records + 123, found.Count + recovered.LostRecords);
        Assert.Equal(1, recovered.LostStretches);
        Assert.Equal(259, found.Values.Last());
    }

    [Fact]
    public void Recovery_WithFramesOfAnotherSegment_IgnoresThem()
    {
        var files = new FaultyFileSystem(new Random(3));
        var run = new JournalRun(files, JournalRun.Options with { NewSalt = () => 77 });
        run.Write(1, 2, 3);
        byte[] bytes = files.Bytes(files.List()[0]);
        int end = Image.Offsets[3];
        Image.Bytes.AsSpan(end, Image.Offsets[^1] - end).CopyTo(bytes.AsSpan(end));
        files.Put(files.List()[0], bytes);

        RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);

        Assert.Equal(Sequences(0, 3), JournalRun.ReadAll(recovered).Keys);
    }

    [Fact]
    public void Recovery_OfAnotherVersion_Refuses()
    {
        byte[] bytes = (byte[])Image.Bytes.Clone();
        Rewrite(bytes, 8, 2);

        Assert.Throws<JournalException>(
            () => JournalRecovery.Run(SegmentImage.Folder(Image.Name, bytes), JournalRun.Options));
    }

    [Fact]
    public void Recovery_WithForeignFiles_LeavesThemAlone()
    {
        FaultyFileSystem files = Whole();
        files.Put("notes.txt", [1]);
        files.Put("journal-1-2.seg", [2]);

        Assert.Equal(SegmentImage.Records, JournalRecovery.Run(files, JournalRun.Options).Records);
        Assert.Contains("notes.txt", files.List());
    }

    private static FaultyFileSystem Whole() => SegmentImage.Folder(Image.Name, Image.Bytes);

    private static List<long> Sequences(long first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => first + i)];

    private static void AssertSurvives(FaultyFileSystem files, List<long> expected, string what)
    {
        var run = new JournalRun(files, JournalRun.Options);
        Assert.True(expected.SequenceEqual(JournalRun.ReadAll(run.Recovered).Keys), what);
        Assert.True(run.Recovered.NextSequence > expected.LastOrDefault(-1), what);

        expected.Add(run.Write(1000));
        files.LosePower();

        Assert.True(expected.SequenceEqual(JournalRun.ReadAll(files).Keys), what + ", after a second crash");
    }

    /// <summary>Changes a number of the first header and makes its checksum fit.</summary>
    private static void Rewrite(byte[] bytes, int offset, int value)
    {
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        uint checksum = uint.MaxValue;
        for (int i = 0; i < 60; i += 4)
            checksum = System.Numerics.BitOperations.Crc32C(checksum, BitConverter.ToUInt32(bytes, i));
        BitConverter.TryWriteBytes(bytes.AsSpan(60), checksum);
    }
}
