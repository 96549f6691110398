using Attribution.Engine.Journal;
using Attribution.Engine.Recovery;
using Attribution.Engine.Tests.Journal.Support;
using Attribution.Faults.Files;

namespace Attribution.Engine.Tests.Journal;

/// <remarks>
/// A journal is read while it is written: up to an event that it has made durable, whatever came after that
/// into the same segment or into later ones.
/// </remarks>
public class JournalReaderTests
{
    private const int Events = 3_000;
    private readonly FaultyFileSystem _files = new(new Random(5));

    [Fact]
    public void Reader_OfAJournalInUse_ReadsFromOneEventToBeforeAnother()
    {
        JournalRun run = Written();
        for (long end = 1; end <= Events; end += 97)
        {
            for (long from = 0; from < end; from += 301)
                Assert.Equal(Between(from, end), Read(run.Recovered, from, end));
        }

        Assert.Equal(Between(0, Events), Read(run.Recovered, 0, Events));
    }

    /// <remarks>What damage of an earlier life may be, this life's own record may not: gone.</remarks>
    [Fact]
    public async Task Replay_OfARecordThatIsGone_FailsWhereThisLifeTookIt()
    {
        JournalRun run = Written();
        _files.Delete(run.Recovered.Segments.Snapshot[1].Name);
        string gone = run.Recovered.Segments.Snapshot[1].Header.FirstSequence.ToString(
            System.Globalization.CultureInfo.InvariantCulture);
        _files.Create(run.Recovered.Segments.Snapshot[1].Name, JournalRun.Options.SegmentBytes).Dispose();
        var ring = new EventRing(new EventRingOptions { Slots = 16_384, ArenaBytes = 64 * 1024 * 1024 });

        JournalException failure = await Assert.ThrowsAsync<JournalException>(
            () => JournalReplay.RunAsync(ring, run.Recovered, Events, CancellationToken.None));

        Assert.Contains($"event {gone},", failure.Message, StringComparison.Ordinal);
    }

    private JournalRun Written()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        for (long first = 0; first < Events; first += 10)
            run.Write([.. Enumerable.Range(0, 10).Select(i => first + i)]);
        Assert.True(run.Journal.SegmentCount > 5, $"{run.Journal.SegmentCount} segments");
        return run;
    }

    private static IEnumerable<long> Between(long from, long end) =>
        Enumerable.Range((int)from, (int)(end - from)).Select(sequence => (long)sequence);

    private static List<long> Read(RecoveredJournal journal, long from, long end)
    {
        var read = new List<long>();
        using JournalReader reader = journal.OpenReader(from, end);
        while (reader.TryRead(out JournalRecord record))
            read.Add(record.Sequence);
        return read;
    }
}
