using Attribution.Engine.Ingest;
using Attribution.Engine.Keys;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Keys.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Keys;

public sealed class ProjectKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resolve_NoKeyEverMade_IsTheOpenProjectUntilTheFirstIsMade()
    {
        using ProjectKeys keys = Open();
        Assert.Equal((ProjectAccess.Granted, "default"), Resolve(keys, ""));
        Assert.Equal((ProjectAccess.Granted, "default"), Resolve(keys, "anything"));

        string key = await KeyRun.CreateAsync(_folder.Path, "shop");
        keys.Poll();

        Assert.Equal((ProjectAccess.KeyMissing, null), Resolve(keys, ""));
        Assert.Equal((ProjectAccess.KeyRefused, null), Resolve(keys, "anything"));
        Assert.Equal((ProjectAccess.Granted, "shop"), Resolve(keys, key));
        Assert.Equal(ProjectAccess.KeyMissing, keys.ResolveInside(""));
        Assert.Equal(ProjectAccess.KeyRefused, keys.ResolveInside(key));
    }

    [Fact]
    public async Task Resolve_ByScope_OpensOnlyThat()
    {
        string ingest = await KeyRun.CreateAsync(_folder.Path, "a", "--scope", "ingest");
        string read = await KeyRun.CreateAsync(_folder.Path, "b", "--scope", "read");
        string admin = await KeyRun.CreateAsync(_folder.Path, "c", "--scope", "admin");
        string all = await KeyRun.CreateAsync(_folder.Path, "d", "--scope", "ingest", "read", "admin");
        using ProjectKeys keys = Open();

        Assert.Equal((ProjectAccess.Granted, "a"), Resolve(keys, ingest));
        Assert.Equal((ProjectAccess.KeyRefused, null), Resolve(keys, read));
        Assert.Equal((ProjectAccess.KeyRefused, null), Resolve(keys, admin));
        Assert.Equal((ProjectAccess.Granted, "d"), Resolve(keys, all));
        Assert.Equal(
            [
                ProjectAccess.KeyRefused, ProjectAccess.KeyRefused,
                ProjectAccess.Granted, ProjectAccess.Granted,
            ],
            ((string[])[ingest, read, admin, all]).Select(key => keys.ResolveInside(key)));
    }

    [Fact]
    public async Task Resolve_AnyOneCharacterChanged_OpensNothing()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop");
        using ProjectKeys keys = Open();

        for (int i = 0; i < key.Length; i++)
        {
            foreach (char other in "0a_é\0")
            {
                string changed = key[..i] + other + key[(i + 1)..];
                Assert.Equal(changed == key, Resolve(keys, changed).Access == ProjectAccess.Granted);
            }

            Assert.Equal(ProjectAccess.KeyRefused, Resolve(keys, key[..i] + "x").Access);
        }

        Assert.Equal(ProjectAccess.KeyRefused, Resolve(keys, key + "0").Access);
        Assert.Equal(ProjectAccess.KeyRefused, Resolve(keys, key.ToUpperInvariant()).Access);
        Assert.Equal(ProjectAccess.KeyRefused, Resolve(keys, new string('a', 100_000)).Access);
        Assert.Equal(ProjectAccess.KeyRefused, Resolve(keys, "\ud800" + key).Access);
    }

    [Fact]
    public async Task Resolve_RevokedKey_OpensNothingAfterThePoll()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop");
        using ProjectKeys keys = Open();
        Assert.Equal(ProjectAccess.Granted, Resolve(keys, key).Access);

        await KeyRun.RunAsync(_folder.Path, "revoke", key);
        keys.Poll();

        Assert.Equal((ProjectAccess.KeyRefused, null), Resolve(keys, key));
        // The only key is revoked: that must not open the engine to everybody again.
        Assert.Equal((ProjectAccess.KeyMissing, null), Resolve(keys, ""));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"version\":1,\"keys\":[]}")]
    [InlineData("{\"version\":2,\"keys\":[]}")]
    [InlineData(null)]
    public async Task Poll_BrokenFile_KeepsTheLastGoodKeysAndSaysSo(string? content)
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop");
        using ProjectKeys keys = Open();
        string path = Path.Combine(_folder.Path, "keys.json");
        string good = await File.ReadAllTextAsync(path);

        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllTextAsync(path, content);
        keys.Poll();
        keys.Poll();

        Assert.Equal((ProjectAccess.Granted, "shop"), Resolve(keys, key));
        Assert.Equal(ProjectAccess.KeyMissing, Resolve(keys, "").Access);
        Assert.NotEqual("", keys.Trouble);
        Assert.Contains(path, Assert.Single(_log));

        await File.WriteAllTextAsync(path, good);
        keys.Poll();
        Assert.Equal("", keys.Trouble);
    }

    [Fact]
    public async Task Poll_AnotherKeyAdded_LeavesAUsedUpQuotaUsedUp()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop", "--events-per-second", "10");
        using ProjectKeys keys = Open();
        keys.Resolve(key, out Project? before);
        Assert.True(before!.Quota!.TryTake(10, out _));

        await KeyRun.CreateAsync(_folder.Path, "other");
        keys.Poll();

        keys.Resolve(key, out Project? after);
        Assert.False(after!.Quota!.TryTake(10, out _));
    }

    [Fact]
    public async Task Resolve_KeyWithoutAQuota_HasTheEnginesDefault()
    {
        string silent = await KeyRun.CreateAsync(_folder.Path, "a");
        string own = await KeyRun.CreateAsync(_folder.Path, "b", "--events-per-second", "7");
        string free = await KeyRun.CreateAsync(_folder.Path, "c", "--events-per-second", "0");
        using ProjectKeys keys = Open(eventsPerSecond: 5);

        Assert.Equal([5, 7, null], ((string[])[silent, own, free]).Select(key =>
        {
            keys.Resolve(key, out Project? project);
            return project!.Quota?.EventsPerSecond;
        }));
    }

    [Fact]
    public async Task Resolve_AfterWarmUp_AllocatesNothing()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop");
        using ProjectKeys keys = Open();

        Assert.Equal(0, Allocations.DuringSteadyState(() => keys.Resolve(key, out _)));
        Assert.Equal(0, Allocations.DuringSteadyState(() => keys.Resolve("attr_unknown", out _)));
    }

    [Fact]
    public void Open_BrokenFile_IsRefused()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "keys.json"), "{}");

        Assert.Throws<KeyFileException>(() => Open());
    }

    private ProjectKeys Open(int eventsPerSecond = 0) =>
        new(new KeyFile(_folder.Path), eventsPerSecond, new ManualClock(), _log.Add);

    private static (ProjectAccess Access, string? Project) Resolve(ProjectKeys keys, string key)
    {
        ProjectAccess access = keys.Resolve(key, out Project? project);
        return (access, project?.Name);
    }
}
