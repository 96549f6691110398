using System.Net;
using System.Net.Sockets;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Embedded;

/// <remarks>
/// Each test runs a server of its own, since each takes one apart. What would break: an engine that cannot
/// start again after a crash, data folders served twice, ClickHouse processes that outlive their engine.
/// </remarks>
public sealed class EmbeddedClickHouseTests : IDisposable
{
    private static readonly HttpClient Http = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_PortZero_ListensOnBothPortsItNames()
    {
        await using EmbeddedClickHouse server = await StartAsync();

        using var native = new TcpClient();
        await native.ConnectAsync(IPAddress.Loopback, server.TcpPort);
        Assert.Equal("1\n", await QueryAsync(server, "SELECT 1"));
        Assert.True(native.Connected);
        Assert.True(server.IsReady);
    }

    [Fact]
    public async Task Start_AnyFolder_WritesOnlyBelowClickHouse()
    {
        await using (EmbeddedClickHouse server = await StartAsync())
            await QueryAsync(server, "CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a");

        string only = Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal(_folder.File("clickhouse"), only);
    }

    [Theory]
    [InlineData("--clickhouse-port")]
    [InlineData("--clickhouse-tcp-port")]
    public async Task Start_PortTaken_NamesTheOptionAndLeavesTheFolderFree(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        bool http = option == "--clickhouse-port";
        EmbeddedOptions options = Options() with { HttpPort = http ? port : 0, TcpPort = http ? 0 : port };

        EmbeddedException error = await Assert.ThrowsAsync<EmbeddedException>(
            () => EmbeddedClickHouse.StartAsync(options, CancellationToken.None));

        Assert.Contains($"{option} {port}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{option} 0", error.Message, StringComparison.Ordinal);
        await using EmbeddedClickHouse afterwards = await StartAsync();
    }

    [Fact]
    public async Task Start_FolderInUse_NamesTheHolder()
    {
        await using EmbeddedClickHouse first = await StartAsync();

        EmbeddedException error = await Assert.ThrowsAsync<EmbeddedException>(StartAsync);

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        string process = $"process {Environment.ProcessId}, started ";
        Assert.Contains(process, error.Message, StringComparison.Ordinal);
        Assert.Contains($"at {first.Endpoint}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FolderHeldByAnotherProcess_NamesThatProcess()
    {
        using ParentProcess other = await ParentProcess.StartAsync(_folder.Path);

        EmbeddedException error = await Assert.ThrowsAsync<EmbeddedException>(StartAsync);

        Assert.Contains($"process {other.Id}, started ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"at http://127.0.0.1:{other.HttpPort}", error.Message, StringComparison.Ordinal);
        other.Kill();
        await Processes.WaitUntilAsync(() => !Processes.IsRunning(other.ChildId), "the child ends");
    }

    [Fact]
    public async Task Dispose_RunningServer_EndsItCleanlyAndKeepsTheData()
    {
        var log = new List<string>();
        int child;
        await using (EmbeddedClickHouse server = await StartAsync(Options() with { Log = log.Add }))
        {
            child = server.ProcessId;
            await FillAsync(server);
        }

        Assert.False(Processes.IsRunning(child));
        Assert.Equal("ClickHouse stopped", log[^1]);
        await using EmbeddedClickHouse again = await StartAsync();
        Assert.Equal("1000\n", await QueryAsync(again, "SELECT count() FROM kept.t"));
    }

    [Fact]
    public async Task Dispose_HungServer_KillsIt()
    {
        var log = new List<string>();
        TimeSpan patience = TimeSpan.FromMilliseconds(100);
        EmbeddedClickHouse server = await StartAsync(
            Options() with { StopPatience = patience, Log = log.Add });
        Processes.Signal(server.ProcessId, "STOP");

        await server.DisposeAsync();

        Assert.False(Processes.IsRunning(server.ProcessId));
        Assert.Contains("killed", log[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("SEGV")]
    public async Task ChildDies_IsStartedAgainOnTheSamePortWithItsData(string signal)
    {
        await using EmbeddedClickHouse server = await StartAsync();
        await FillAsync(server);
        int before = server.ProcessId;

        Processes.Signal(before, signal);
        await Processes.WaitUntilAsync(() => server is { Restarts: 1, IsReady: true }, "it is ready again");

        Assert.NotEqual(before, server.ProcessId);
        Assert.Equal("1000\n", await QueryAsync(server, "SELECT count() FROM kept.t"));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task ChildSignalled_TerminalOrServiceStop_GoesOnServing(string signal)
    {
        await using EmbeddedClickHouse server = await StartAsync();
        int child = server.ProcessId;

        Processes.Signal(child, signal);

        for (int query = 0; query < 10; query++)
            Assert.Equal("1\n", await QueryAsync(server, "SELECT 1"));
        Assert.Equal(child, server.ProcessId);
        Assert.True(server.IsReady);
        Assert.Equal(0, server.Restarts);
    }

    [Fact]
    public async Task Child_ParentHasOpenSocketsAndFiles_InheritsNone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using FileStream file = File.Create(_folder.File("open"));
        await using EmbeddedClickHouse server = await StartAsync();

        HashSet<string> own = Processes.Descriptors(Environment.ProcessId);
        HashSet<string> inherited = Processes.Descriptors(server.ProcessId);

        Assert.Contains(file.Name, own);
        Assert.Contains(own, each => each.StartsWith("socket:", StringComparison.Ordinal));
        Assert.DoesNotContain(file.Name, inherited);
        Assert.DoesNotContain(
            inherited.Intersect(own), each => each.StartsWith("socket:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ParentKilled_LeavesNoChildAndNoLock()
    {
        using ParentProcess parent = await ParentProcess.StartAsync(_folder.Path);
        await FillAsync(new Uri($"http://127.0.0.1:{parent.HttpPort}"));

        parent.Kill();
        await using EmbeddedClickHouse next = await StartAsync(
            Options() with { HttpPort = parent.HttpPort });

        Assert.False(Processes.IsRunning(parent.ChildId));
        Assert.Equal("1000\n", await QueryAsync(next, "SELECT count() FROM kept.t"));
    }

    private EmbeddedOptions Options() => new() { DataFolder = _folder.Path, HttpPort = 0, TcpPort = 0 };

    private Task<EmbeddedClickHouse> StartAsync() => StartAsync(Options());

    private static Task<EmbeddedClickHouse> StartAsync(EmbeddedOptions options) =>
        EmbeddedClickHouse.StartAsync(options, CancellationToken.None);

    private static Task FillAsync(EmbeddedClickHouse server) => FillAsync(server.Endpoint);

    private static async Task FillAsync(Uri endpoint)
    {
        await QueryAsync(endpoint, "CREATE DATABASE kept");
        await QueryAsync(endpoint, "CREATE TABLE kept.t (a UInt64) ENGINE = MergeTree ORDER BY a");
        await QueryAsync(endpoint, "INSERT INTO kept.t SELECT number FROM numbers(1000)");
    }

    private static Task<string> QueryAsync(EmbeddedClickHouse server, string sql) =>
        QueryAsync(server.Endpoint, sql);

    private static async Task<string> QueryAsync(Uri endpoint, string sql)
    {
        using HttpResponseMessage answer = await Http.PostAsync(endpoint, new StringContent(sql));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }
}
