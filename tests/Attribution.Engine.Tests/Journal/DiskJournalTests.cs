using Attribution.Engine.Journal;
using Attribution.Engine.Tests.Journal.Support;
using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Engine.Tests.Journal;

/// <summary>The journal behind a real ring, on a real disk.</summary>
public sealed class DiskJournalTests : IDisposable
{
    private const int Events = 4000;

    private readonly string _folder = Directory.CreateTempSubdirectory("journal-").FullName;

    [Fact]
    public async Task Events_AcknowledgedThroughTheRing_AreOnTheDisk()
    {
        var options = new JournalOptions { SegmentBytes = 256 * 1024 };
        var files = new DiskJournalFileSystem(Path.Combine(_folder, "journal"));
        RecoveredJournal recovered = JournalRecovery.Run(files, options);
        var ring = new EventRing(new EventRingOptions { Slots = 256, ArenaBytes = 1024 * 1024 });
        using var journal = new EventJournal(ring, recovered, options);
        var processor = new BatchProcessor("journal", ring.NewBarrier(), journal);
        ring.AddGatingSequences(processor.Sequence);
        processor.Start();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Run(() => SendAsync(ring, journal, part))));
        SortedDictionary<long, long> beforeStop = JournalRun.ReadAll(Snapshot());
        processor.DrainAndStop();

        Assert.Null(processor.Fault);
        Assert.Equal(Enumerable.Range(0, Events).Select(id => (long)id), beforeStop.Values.Order());
        Assert.Equal(beforeStop, JournalRun.ReadAll(JournalRecovery.Run(files, options)));
        Assert.InRange(journal.Counters.Syncs, 1, Events);
        Assert.True(journal.SegmentCount > 3);
        journal.ReleaseUpTo(Events);
        Assert.Single(files.List());
        Assert.Equal(Events, JournalRecovery.Run(files, options).NextSequence);
    }

    [Fact]
    public void File_Preallocated_ReadsAsZerosAndIsCut()
    {
        var files = new DiskJournalFileSystem(Path.Combine(_folder, "a"));
        using IJournalFile file = files.Create("x", 100_000);
        byte[] bytes = new byte[100_001];

        Assert.Equal(100_000, file.LengthBytes);
        Assert.Equal(100_000, file.ReadAt(0, bytes));
        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
        file.WriteAt(50, [1, 2, 3]);
        file.SyncData();
        file.Truncate(52);
        file.Sync();
        files.SyncDirectory();
        Assert.Equal(2, file.ReadAt(50, bytes));
        Assert.ThrowsAny<IOException>(() => files.Create("x", 10));
        Assert.ThrowsAny<IOException>(() => files.Open("y"));
        Assert.Equal(["x"], files.List());
    }

    [Fact]
    public void Folder_ThatCannotBeMade_IsAnIOException()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        Assert.ThrowsAny<IOException>(() => new DiskJournalFileSystem(Path.Combine(file, "journal")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The folder as a crash at this moment would leave it.</summary>
    private RecoveredJournal Snapshot()
    {
        string copy = Path.Combine(_folder, "copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Path.Combine(_folder, "journal")))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return JournalRecovery.Run(new DiskJournalFileSystem(copy), new JournalOptions());
    }

    private static async Task SendAsync(EventRing ring, EventJournal journal, int part)
    {
        for (long id = part; id < Events; id += 4)
        {
            byte[] bytes = SampleEvents.Bytes(id);
            EventClaim claim;
            while (!ring.TryClaim(1, bytes.Length, out claim))
                await ring.WaitForRoomAsync(1, bytes.Length, TimeSpan.FromMinutes(1), CancellationToken.None);
            Fill(ring, in claim, id, bytes);
            ring.Publish(in claim);
            await journal.Gate.WaitAsync(claim.First, CancellationToken.None);
        }
    }

    private static void Fill(EventRing ring, in EventClaim claim, long id, byte[] bytes)
    {
        ref EventRecord record = ref ring[claim.First];
        record.Header = SampleEvents.Header(id, bytes.Length);
        record.ArenaOffset = claim.ArenaOffset;
        bytes.CopyTo(ring.ClaimBytes(in claim));
    }
}
