using System.Diagnostics;
using System.Globalization;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Tests.Journal;

/// <summary>The file that a journal's folder keeps ready, on a real disk.</summary>
public sealed class SpareFileTests : IDisposable
{
    private const long Bytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("spare-").FullName;

    private string SparePath => Path.Combine(_folder, SpareFile.Name);

    [Fact]
    public void Create_WithASpareReady_TakesItAndAnotherIsMade()
    {
        using var files = new DiskJournalFileSystem(_folder, Bytes);
        for (int i = 0; i < 5; i++)
        {
            UntilReady();
            ulong inode = Inode(SparePath);

            using IJournalFile file = files.Create($"file-{i}", Bytes);

            Assert.Equal(inode, Inode(Path.Combine(_folder, $"file-{i}")));
            byte[] bytes = new byte[Bytes + 1];
            Assert.Equal(Bytes, file.ReadAt(0, bytes));
            Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
            file.WriteAt(0, [1, 2, 3]);
            file.Sync();
        }
    }

    [Fact]
    public void Create_OfAnotherSizeOrAName_ThatIsTaken_LeavesTheSpareItsMeaning()
    {
        using var files = new DiskJournalFileSystem(_folder, Bytes);
        UntilReady();

        using (IJournalFile other = files.Create("other", Bytes / 2))
            Assert.Equal(Bytes / 2, other.LengthBytes);
        Assert.ThrowsAny<IOException>(() => files.Create("other", Bytes));
        using IJournalFile next = files.Create("next", Bytes);

        Assert.Equal(Bytes, next.LengthBytes);
        using IJournalFile reread = files.Open("other");
        Assert.Equal(Bytes / 2, reread.LengthBytes);
    }

    [Fact]
    public void Create_WhileNoSpareCanBeMade_MakesTheFileItself()
    {
        Directory.CreateDirectory(Path.Combine(SparePath, "in-its-way"));
        using var files = new DiskJournalFileSystem(_folder, Bytes);

        using IJournalFile file = files.Create("file", Bytes);

        Assert.Equal(Bytes, file.LengthBytes);
    }

    [Fact]
    public void Spare_OfACrashOrAStop_DoesNotStay()
    {
        File.WriteAllText(SparePath, "left by a crash");
        using (var files = new DiskJournalFileSystem(_folder, Bytes))
        {
            UntilReady();
            using IJournalFile file = files.Create("file", Bytes);
            byte[] first = new byte[1];
            file.ReadAt(0, first);
            Assert.Equal(0, first[0]);
        }

        Assert.Equal(["file"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Recovery_BesideASpare_TakesItForNothing()
    {
        var options = new JournalOptions { SegmentBytes = 256 * 1024 };
        File.WriteAllBytes(SparePath, new byte[options.SegmentBytes]);

        RecoveredJournal recovered =
            JournalRecovery.Run(new DiskJournalFileSystem(_folder), options);

        Assert.Equal(0, recovered.Records);
        Assert.Empty(recovered.Damages);
        Assert.False(recovered.IsDegraded);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The spare has its length before it can be taken, so this waits for its being made.</summary>
    private void UntilReady()
    {
        Assert.True(SpinWait.SpinUntil(
            () => File.Exists(SparePath) && new FileInfo(SparePath).Length == Bytes, Patience));
    }

    private static ulong Inode(string path)
    {
        var start = new ProcessStartInfo("stat", ["-c", "%i", path]) { RedirectStandardOutput = true };
        using Process stat = Process.Start(start)!;
        return ulong.Parse(stat.StandardOutput.ReadToEnd().Trim(), CultureInfo.InvariantCulture);
    }
}
