using System.Globalization;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Embedded;

/// <remarks>
/// The npm client is a script here, so that its failures can be had. What would break: a library loaded that
/// is not the recorded one, downloads done twice, a first start that fails without telling what to do.
/// </remarks>
public sealed class EmbeddedLibraryTests : IDisposable
{
    private readonly FakeNpm _npm = new();

    public void Dispose() => _npm.Dispose();

    [Fact]
    public async Task Ensure_EmptyCache_FetchesVerifiesAndUnpacksTheLibraryAlone()
    {
        string library = await _npm.EnsureAsync();

        Assert.Equal(Path.Combine(_npm.Cache, "libchdb", "1.2.3", "libchdb.so"), library);
        Assert.Equal(FakeNpm.Library, await File.ReadAllTextAsync(library));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(library)!));
        Assert.Single(Directory.GetDirectories(Path.Combine(_npm.Cache, "libchdb")));
        Assert.Contains("pack @test/library@1.2.3 ", Assert.Single(_npm.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_FilledCache_DoesNotFetchAgain()
    {
        await _npm.EnsureAsync();

        await _npm.EnsureAsync();

        Assert.Single(_npm.Calls);
    }

    [Fact]
    public async Task Ensure_ManyAtOnce_FetchOnce()
    {
        string[] libraries = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => _npm.EnsureAsync())));

        Assert.Single(libraries.Distinct());
        Assert.Single(_npm.Calls);
    }

    [Fact]
    public async Task Ensure_EmptyCache_ReportsEveryStepUpToAllBytes()
    {
        var reports = new Recorder();

        await _npm.EnsureAsync(progress: reports);

        LibraryStep[] steps = [.. reports.All.Select(each => each.Step).Distinct()];
        Assert.Equal(
            [LibraryStep.Fetching, LibraryStep.Verifying, LibraryStep.Unpacking, LibraryStep.Done], steps);
        Assert.Equal(100, reports.All.Last(each => each.Step == LibraryStep.Unpacking).Percent);
    }

    [Fact]
    public async Task Ensure_OtherHash_IsDiscardedNamingBothHashes()
    {
        string expected = "sha512-" + new string('A', 86) + "==";

        EmbeddedException error = await FailureAsync(_npm.Package with { Integrity = expected });

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_npm.Package.Integrity, error.Message, StringComparison.Ordinal);
        Assert.Contains("--clickhouse http://", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_npm.Cache, "libchdb")));
    }

    [Fact]
    public async Task Ensure_NoNpm_SaysToInstallIt()
    {
        File.Delete(_npm.Command);

        EmbeddedException error = await FailureAsync();

        Assert.Contains("Install Node.js with npm", error.Message, StringComparison.Ordinal);
        Assert.Contains("--clickhouse http://", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("npm error code ENOTFOUND", "Go online")]
    [InlineData("npm error code EAI_AGAIN", "Go online")]
    [InlineData("npm error code ENOSPC", "disk is full")]
    [InlineData("npm error code E404", "npm said: npm error code E404")]
    public async Task Ensure_NpmFails_SaysWhatToDo(string said, string expected)
    {
        _npm.Script($"echo '{said}' >&2; exit 1");

        EmbeddedException error = await FailureAsync();

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_npm.Cache, "libchdb")));
    }

    [Fact]
    public async Task Ensure_NpmLeavesNoTarball_SaysSo()
    {
        _npm.Script("exit 0");

        EmbeddedException error = await FailureAsync();

        Assert.Contains("left no tarball", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_PackageWithoutLibrary_SaysSo()
    {
        using var npm = new FakeNpm("package/other.so");

        EmbeddedException error = await Assert.ThrowsAsync<EmbeddedException>(() => npm.EnsureAsync());

        Assert.Contains("holds no package/libchdb.so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_CacheCannotBeWritten_NamesTheVariable()
    {
        await File.WriteAllTextAsync(_npm.Cache, "a file where the folder should be");

        EmbeddedException error = await FailureAsync();

        Assert.Contains(_npm.Cache, error.Message, StringComparison.Ordinal);
        Assert.Contains("ATTRIBUTION_CACHE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_AfterAFailure_FetchesAgainAndSucceeds()
    {
        await FailureAsync(_npm.Package with { Integrity = "sha512-other" });

        string library = await _npm.EnsureAsync();

        Assert.Equal(FakeNpm.Library, await File.ReadAllTextAsync(library));
    }

    [Fact]
    public async Task Ensure_Cancelled_EndsNpmAndCleansUp()
    {
        string id = Path.Combine(Path.GetDirectoryName(_npm.Command)!, "id");
        _npm.Script($"echo $$ > \"{id}.new\"; mv \"{id}.new\" \"{id}\"; exec sleep 600");
        using var cancel = new CancellationTokenSource();
        Task<string> fetch = EmbeddedLibrary.EnsureAsync(
            _npm.Package, _npm.Cache, _npm.Command, null, cancel.Token);
        await Processes.WaitUntilAsync(() => File.Exists(id), "npm runs");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        int npm = int.Parse(await File.ReadAllTextAsync(id), CultureInfo.InvariantCulture);
        await Processes.WaitUntilAsync(() => !Processes.IsRunning(npm), "npm ends");
        Assert.Empty(Directory.GetDirectories(Path.Combine(_npm.Cache, "libchdb")));
    }

    [Fact]
    public void Package_UnknownPlatform_NamesTheWayOut()
    {
        EmbeddedException error = Assert.Throws<EmbeddedException>(
            () => LibraryPackage.ForPlatform("plan9-mips"));

        Assert.Contains("plan9-mips", error.Message, StringComparison.Ordinal);
        Assert.Contains("linux-x64", error.Message, StringComparison.Ordinal);
        Assert.Contains("--clickhouse http://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Package_RecordedPlatform_HasASha512()
    {
        LibraryPackage package = LibraryPackage.ForPlatform("linux-x64");

        Assert.Equal("26.7.3-stable.1", package.Version);
        Assert.Equal(64, Convert.FromBase64String(package.Integrity["sha512-".Length..]).Length);
    }

    private Task<EmbeddedException> FailureAsync(LibraryPackage? package = null) =>
        Assert.ThrowsAsync<EmbeddedException>(() => _npm.EnsureAsync(package));

    /// <summary>Keeps every report, in order, on the reporting thread.</summary>
    private sealed class Recorder : IProgress<LibraryProgress>
    {
        public List<LibraryProgress> All { get; } = [];

        public void Report(LibraryProgress value)
        {
            lock (All)
                All.Add(value);
        }
    }
}
