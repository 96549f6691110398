using Attribution.Engine.Journal;
using Microsoft.Win32.SafeHandles;

namespace Attribution.Engine.Tests.Journal;

/// <summary>The file that a journal's folder keeps ready, on a real disk.</summary>
public sealed class SpareFileTests : IDisposable
{
    private const long Bytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("spare-").FullName;

    private string SparePath => Path.Combine(_folder, SpareFile.Name);

    [Fact]
    public void TryTake_OnceReady_GivesAnEmptyFileUnderTheNameAndMakesAnother()
    {
        using var spare = new SpareFile(_folder, Bytes);
        for (int i = 0; i < 5; i++)
        {
            string path = Path.Combine(_folder, $"file-{i}");
            SafeFileHandle? taken = null;
            Assert.True(SpinWait.SpinUntil(
                () => (taken = spare.TryTake(path, Bytes)) is not null, Patience));
            using SafeFileHandle file = taken!;

            byte[] bytes = new byte[Bytes + 1];
            Assert.Equal(Bytes, RandomAccess.Read(file, bytes, 0));
            Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
            RandomAccess.Write(file, [(byte)(i + 1)], 0);
            Assert.Equal(i + 1, File.ReadAllBytes(path)[0]);
        }
    }

    [Fact]
    public void TryTake_AfterNoneCouldBeMade_HasOneAgain()
    {
        string inItsWay = Directory.CreateDirectory(Path.Combine(SparePath, "in-its-way")).FullName;
        using var spare = new SpareFile(_folder, Bytes);
        Assert.Null(spare.TryTake(Path.Combine(_folder, "file"), Bytes));

        Directory.Delete(inItsWay);
        Directory.Delete(SparePath);
        SafeFileHandle? taken = null;
        Assert.True(SpinWait.SpinUntil(
            () => (taken = spare.TryTake(Path.Combine(_folder, "file"), Bytes)) is not null, Patience));
        taken!.Dispose();
    }

    [Fact]
    public void Create_OfAnotherSizeOrATakenName_LeavesTheOthersAsTheyAre()
    {
        using var files = new DiskJournalFileSystem(_folder, Bytes);
        UntilMade();

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
            UntilMade();
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

    private void UntilMade() => Assert.True(SpinWait.SpinUntil(
        () => new FileInfo(SparePath) is { Exists: true, Length: Bytes }, Patience));
}
