using Attribution.Engine.Journal;
using Attribution.Faults.Files;
using Attribution.Engine.Tests.Journal.Support;

namespace Attribution.Engine.Tests.Journal;

public class JournalLimitTests
{
    private readonly FaultyFileSystem _files = new(new Random(5));

    [Fact]
    public void Sequences_NearTheLargest_ComeBack()
    {
        long first = long.MaxValue - 20;
        Write(first, 15);
        RecoveredJournal recovered = JournalRecovery.Run(_files, JournalRun.Options);

        Assert.Equal(first + 15, recovered.NextSequence);
        Assert.Equal(15, JournalRun.ReadAll(recovered).Count);
    }

    [Theory]
    [InlineData(ushort.MaxValue - 1)]
    [InlineData(int.MaxValue - 1L)]
    [InlineData(uint.MaxValue - 1L)]
    public void SegmentNumbers_AcrossSmallerTypesLimits_KeepTheirOrder(long number)
    {
        _files.Put(new SegmentName(number, 0).ToString(), []);

        for (int restart = 0; restart < 4; restart++)
            Write(JournalRecovery.Run(_files, JournalRun.Options).NextSequence, 3);

        Assert.Equal(12, JournalRun.ReadAll(_files).Count);
        Assert.Contains(
            _files.List(), file => SegmentName.TryParse(file, out SegmentName s) && s.Number > number + 3);
    }

    [Fact]
    public void SegmentNumber_WhenUsedUp_IsAnErrorAndNeverRepeated()
    {
        _files.Put(new SegmentName(long.MaxValue - 1, 0).ToString(), []);

        IOException error = Assert.Throws<IOException>(() => Write(0, 1));
        Assert.Contains("segment numbers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_AtTheirEnd_AreRefusedBeforeAcceptance()
    {
        Write(EventJournal.LastSequence - 2, 1);
        var run = new JournalRun(_files, JournalRun.Options);
        Assert.True(run.Journal.TakesMore);

        run.Write(2, 3);

        Assert.True(run.Journal.IsFull);
        Assert.False(run.Journal.TakesMore);
        Assert.True(run.Journal.IsWriting);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 5)]
    public void Sequence_OfANameAtTheEnd_NeverWrapsAround(long first)
    {
        byte[] noHeader = new byte[3000];
        noHeader.AsSpan().Fill(7);
        _files.Put(new SegmentName(3, first).ToString(), noHeader);

        for (int restart = 0; restart < 3; restart++)
            Assert.True(JournalRecovery.Run(_files, JournalRun.Options).NextSequence >= first);
    }

    [Fact]
    public void Sequence_OfANewestSegmentThatWasNeverWritten_IsRemembered()
    {
        _files.Put(new SegmentName(3, 500).ToString(), new byte[2000]);

        for (int restart = 0; restart < 3; restart++)
            Assert.Equal(500, JournalRecovery.Run(_files, JournalRun.Options).NextSequence);
    }

    [Theory]
    [InlineData("journal-00000000000000000001-00000000000000000000.seg", true)]
    [InlineData("journal-09223372036854775807-09223372036854775807.seg", true)]
    [InlineData("journal-09223372036854775808-00000000000000000000.seg", false)]
    [InlineData("journal--0000000000000000001-00000000000000000000.seg", false)]
    [InlineData("journal-00000000000000000001-00000000000000000000.sex", false)]
    [InlineData("journal-00000000000000000001.seg", false)]
    public void Name_Parsed_IsWhatIsWritten(string fileName, bool valid)
    {
        Assert.Equal(valid, SegmentName.TryParse(fileName, out SegmentName name));
        if (valid)
            Assert.Equal(fileName, name.ToString());
    }

    [Fact]
    public void Header_OfAnotherFile_IsNotAccepted()
    {
        var header = new SegmentHeader
        {
            Number = 7,
            FirstSequence = 70,
            PreviousEnd = 69,
            Salt = 5,
            PreviousSynced = true,
        };
        byte[] region = new byte[SegmentHeader.RegionBytes];
        header.Write(region);

        Assert.Equal(header, SegmentHeader.Read(region, new SegmentName(7, 70)));
        Assert.Null(SegmentHeader.Read(region, new SegmentName(8, 70)));
        Assert.Null(SegmentHeader.Read(region, new SegmentName(7, 71)));
    }

    private void Write(long first, int count)
    {
        RecoveredJournal recovered = JournalRecovery.Run(_files, JournalRun.Options);
        using var writer = new JournalWriter(recovered, JournalRun.Options, new JournalCounters());
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = SampleEvents.Bytes(i);
            writer.Append(first + i, SampleEvents.Header(i, bytes.Length), bytes);
        }

        writer.Commit();
    }
}
