using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Embedded;

public sealed class FolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("deep/er/test.lock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryAcquire_Held_IsRefusedWithTheLatestDescription()
    {
        Assert.True(FolderLock.TryAcquire(Path, "nowhere", out FolderLock? held, out _));
        held!.Describe("http://here");

        Assert.False(FolderLock.TryAcquire(Path, "http://there", out _, out string holder));

        Assert.Matches($"^process {Environment.ProcessId}, started .* UTC, at http://here$", holder);
        held.Dispose();
    }

    [Fact]
    public void TryAcquire_Released_Succeeds()
    {
        Assert.True(FolderLock.TryAcquire(Path, "first", out FolderLock? first, out _));
        first!.Dispose();

        Assert.True(FolderLock.TryAcquire(Path, "second", out FolderLock? second, out _));
        second!.Dispose();
    }

    [Fact]
    public async Task Wait_HeldForGood_GivesUp()
    {
        Assert.True(FolderLock.TryAcquire(Path, "first", out FolderLock? held, out _));
        int waits = 0;

        FolderLock? second = await FolderLock.WaitAsync(
            Path, "second", TimeSpan.FromMilliseconds(120), () => waits++, CancellationToken.None);

        Assert.Null(second);
        Assert.True(waits > 0);
        held!.Dispose();
    }
}
