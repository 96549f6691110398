using Attribution.Engine.Journal;
using Attribution.Engine.Tests.Journal.Support;
using Attribution.Faults.Files;

namespace Attribution.Engine.Tests.Journal;

/// <remarks>
/// A journal of several segments under every truncation, every flipped byte, and random larger damage. What
/// must hold: recovery throws nothing; each record it finds is, bit by bit, the one written at that sequence;
/// every record whose bytes are untouched under a readable header is found; a record missing from any segment
/// but the newest is reported; and what is appended afterwards is there after the next crash. An oldest
/// segment without a byte left looks like one that was released: that alone cannot be reported.
/// </remarks>
public class SegmentsDamageTests
{
    private static readonly JournalImage Image = new();

    public static TheoryData<int> EverySegment => [.. Enumerable.Range(0, JournalImage.Segments)];

    [Theory]
    [MemberData(nameof(EverySegment))]
    public void Segment_TruncatedAtEveryByte_LosesOnlyWhatWasCut(int segment)
    {
        for (int length = 0; length < Image.Bytes[segment].Length; length++)
        {
            byte[][] bytes = Copy();
            bytes[segment] = bytes[segment][..length];
            AssertSurvives(Image.Folder(bytes), bytes, $"segment {segment}, length {length}");
        }
    }

    [Theory]
    [MemberData(nameof(EverySegment))]
    public void Segment_WithEveryByteFlipped_LosesOnlyTheRecordHit(int segment)
    {
        for (int i = 0; i < Image.Bytes[segment].Length; i++)
        {
            byte[][] bytes = Copy();
            bytes[segment][i] ^= (byte)(1 << (i % 8));
            AssertSurvives(Image.Folder(bytes), bytes, $"segment {segment}, byte {i}");
        }
    }

    [Fact]
    public void Segments_WithRandomGarbageAndZeroedPages_KeepEveryUntouchedRecord()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[][] bytes = Copy();
            for (int hits = random.Next(1, 5); hits > 0; hits--)
            {
                Span<byte> segment = bytes[random.Next(bytes.Length)];
                Span<byte> page = random.Next(2) == 0
                    ? segment[(random.Next(segment.Length / 512) * 512)..]
                    : segment[random.Next(segment.Length)..];
                page = page[..Math.Min(page.Length, random.Next(3) == 0 ? 512 : random.Next(1, 40))];
                if (random.Next(2) == 0)
                    random.NextBytes(page);
                else
                    page.Clear();
            }

            AssertSurvives(Image.Folder(bytes), bytes, $"seed {seed}");
        }
    }

    [Fact]
    public void Segments_Swapped_AreSetAsideAndInventNothing()
    {
        for (int a = 0; a < JournalImage.Segments; a++)
        {
            for (int b = a + 1; b < JournalImage.Segments; b++)
            {
                byte[][] bytes = Copy();
                (bytes[a], bytes[b]) = (bytes[b], bytes[a]);
                AssertSurvives(Image.Folder(bytes), bytes, $"{a} and {b} swapped");
            }
        }
    }

    [Fact]
    public void Segment_Doubled_IsReadOnce()
    {
        for (int segment = 0; segment < JournalImage.Segments; segment++)
        {
            Assert.True(SegmentName.TryParse(Image.Names[segment], out SegmentName name));
            FaultyFileSystem files = Image.Folder(Copy());
            files.Put((name with { Number = name.Number + 50 }).ToString(), Image.Bytes[segment]);

            AssertSurvives(files, Image.Bytes, $"{segment} doubled");
        }
    }

    [Fact]
    public void Segment_GoneFromTheMiddle_IsReported()
    {
        for (int segment = 1; segment < JournalImage.Segments - 1; segment++)
        {
            FaultyFileSystem files = Image.Folder(Copy());
            files.Delete(Image.Names[segment]);

            RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);

            Assert.Equal(1, recovered.LostStretches);
            Assert.Equal(3, recovered.LostRecords);
            Assert.Equal(segment * 3, Assert.Single(recovered.Damages).FirstSequence);
        }
    }

    [Fact]
    public void Segment_EmptiedInTheMiddle_IsReported()
    {
        byte[][] bytes = Copy();
        bytes[1] = [];

        RecoveredJournal recovered = JournalRecovery.Run(Image.Folder(bytes), JournalRun.Options);

        Assert.Equal(3, recovered.LostRecords);
        Assert.True(recovered.IsDegraded);
    }

    [Fact]
    public void Damage_OnceMarkedAsSeen_MakesTheNextStartClean()
    {
        byte[][] bytes = Copy();
        bytes[1][Image.Offsets[1][0] + 40] ^= 1;
        FaultyFileSystem files = Image.Folder(bytes);
        var quarantine = (FaultyFileSystem)files.Folder("quarantine");

        JournalDamage damage = Assert.Single(JournalRecovery.Run(files, JournalRun.Options).Damages);
        Assert.True(JournalRecovery.Run(files, JournalRun.Options).IsDegraded);
        quarantine.Put(damage.SetAsideAs + ".seen", quarantine.Bytes(damage.SetAsideAs!));
        quarantine.Delete(damage.SetAsideAs!);
        RecoveredJournal seen = JournalRecovery.Run(files, JournalRun.Options);

        Assert.False(seen.IsDegraded);
        Assert.Equal(0, seen.LostRecords);
        Assert.Single(quarantine.List());
    }

    [Fact]
    public void Damage_OfASegmentReleasedSince_StaysDegradedUntilItIsMovedAway()
    {
        byte[][] bytes = Copy();
        bytes[1][Image.Offsets[1][0] + 40] ^= 1;
        FaultyFileSystem files = Image.Folder(bytes);
        var run = new JournalRun(files, JournalRun.Options);
        run.Journal.ReleaseUpTo(run.Write(1000));
        Assert.Single(files.List());

        Assert.True(JournalRecovery.Run(files, JournalRun.Options).IsDegraded);
        var quarantine = (FaultyFileSystem)files.Folder("quarantine");
        quarantine.Delete(Assert.Single(quarantine.List()));

        Assert.False(JournalRecovery.Run(files, JournalRun.Options).IsDegraded);
    }

    [Fact]
    public void TornTail_IsCutAndNotDegraded()
    {
        byte[][] bytes = Copy();
        bytes[^1] = bytes[^1][..^20];
        FaultyFileSystem files = Image.Folder(bytes);

        RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);

        Assert.True(recovered.CutBytes > 0);
        Assert.False(recovered.IsDegraded);
        Assert.EndsWith(".torn", Assert.Single(recovered.Damages).SetAsideAs, StringComparison.Ordinal);
        Assert.Equal(Image.Offsets[^1][^2], files.Bytes(Image.Names[^1]).Length);
        Assert.False(JournalRecovery.Run(files, JournalRun.Options).IsDegraded);
    }

    private static byte[][] Copy() => [.. Image.Bytes.Select(bytes => (byte[])bytes.Clone())];

    private static void AssertSurvives(FaultyFileSystem files, byte[][] bytes, string what)
    {
        var run = new JournalRun(files, JournalRun.Options);
        SortedDictionary<long, long> found = JournalRun.ReadAll(run.Recovered);
        Assert.True(run.Recovered.NextSequence > found.Keys.LastOrDefault(-1), what);
        foreach ((long sequence, long id) in found)
            Assert.True(sequence < Image.Ids.Count && Image.Ids[(int)sequence] == id, what + ", invented");

        for (int segment = 0; segment < bytes.Length; segment++)
        {
            if (!Image.HasHeader(segment, bytes[segment]))
                continue;
            foreach (long sequence in Image.Untouched(segment, bytes[segment]))
                Assert.True(found.ContainsKey(sequence), $"{what}: {sequence} is gone");
        }

        bool isFirstEmpty = bytes[0].AsSpan().TrimEnd((byte)0).Length <= SegmentHeader.RegionBytes
            && !Image.HasHeader(0, bytes[0]);
        bool isMissing = Enumerable.Range(isFirstEmpty ? 3 : 0, Image.Ids.Count - (isFirstEmpty ? 6 : 3))
            .Any(sequence => !found.ContainsKey(sequence));
        Assert.True(!isMissing || run.Recovered.IsDegraded, what + ", not reported");

        found.Add(run.Write(1000), 1000);
        run.Journal.OnStop();
        files.LosePower();
        Assert.True(found.SequenceEqual(JournalRun.ReadAll(files)), what + ", after a second crash");
    }
}
