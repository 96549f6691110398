using System.Net;
using System.Text;
using Attribution.Faults.Processes;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// The engine as a process of its own with the embedded ClickHouse, as a user starts it. Killed with its
/// test.
/// </summary>
internal sealed class EngineRun : IAsyncDisposable
{
    /// <summary>Tables so small that a stop has written them down in time on a busy machine too.</summary>
    public const string SmallTables = "--max-persons 65536 --dedupe-ids 65536";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly EngineChild _engine;
    private readonly HttpClient _http = new();

    private EngineRun(string arguments) => _engine = new EngineChild(arguments);

    public int ProcessId => _engine.Id;

    public string Output => _engine.Output;

    public Uri ClickHouse => _engine.ClickHouse;

    public Uri Url => _engine.Url;

    /// <summary>Starts an engine and waits until it has printed its screen.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="options">Besides folder and ports.</param>
    public static async Task<EngineRun> StartAsync(string folder, string options = "")
    {
        EngineRun run = Start(
            $"--data \"{folder}\" --urls http://127.0.0.1:0 --clickhouse-port 0 --clickhouse-tcp-port 0 "
            + options);
        bool isReady = await run._engine.WaitUntilReadyAsync(StartPatience, CancellationToken.None);
        Assert.True(isReady, $"the engine did not start:\n{run.Output}");
        return run;
    }

    /// <summary>Starts an engine with any arguments and waits for nothing.</summary>
    public static EngineRun Start(string arguments) => new(arguments);

    /// <param name="key">Null where the engine asks for none.</param>
    public async Task<HttpStatusCode> PostAsync(string json, string? key = null)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        if (key is not null)
            content.Headers.Add("X-Write-Key", key);
        using HttpResponseMessage answer = await _http.PostAsync(new Uri(Url, "v1/events"), content);
        return answer.StatusCode;
    }

    public async Task<string> QueryAsync(string sql)
    {
        using var content = new StringContent(sql);
        using HttpResponseMessage answer =
            await _http.PostAsync(new Uri(ClickHouse, "?database=attribution"), content);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>
    /// Waits until attribution has its state, which a start without a snapshot gets while it takes events
    /// already: only from then on does a stop finish everything and leave a snapshot.
    /// </summary>
    public async Task UntilWholeAsync() =>
        Assert.True(
            await _engine.WaitUntilWholeAsync(StartPatience, CancellationToken.None),
            $"the state did not come back:\n{Output}");

    public void Signal(string signal) => _engine.Signal(signal);

    /// <summary>Stops the embedded ClickHouse from doing anything, as a starved machine would.</summary>
    public static void FreezeClickHouse(string folder) =>
        Assert.Equal(1, ClickHouseChildren.Freeze(folder));

    /// <summary>Kills the embedded ClickHouse, and nothing else.</summary>
    public static void KillClickHouse(string folder) => Assert.Equal(1, ClickHouseChildren.Kill(folder));

    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        await _engine.Exited.WaitAsync(patience);
        return _engine.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _http.Dispose();
    }
}
