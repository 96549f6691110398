using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// The engine as a process of its own with the embedded ClickHouse, as a user starts it. Killed with its
/// test.
/// </summary>
internal sealed partial class EngineRun : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new();

    private EngineRun(string arguments)
    {
        string engine = Path.Combine(AppContext.BaseDirectory, "Attribution.Engine.dll");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", $"\"{engine}\" {arguments}")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int ProcessId => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public Uri ClickHouse => new(Find(ClickHouseAddress()));

    public Uri Url => new(Find(EventsAddress()));

    /// <summary>Starts an engine and waits until it has printed its screen.</summary>
    public static async Task<EngineRun> StartAsync(string folder)
    {
        EngineRun run = Start(
            $"--data \"{folder}\" --urls http://127.0.0.1:0 --clickhouse-port 0 --clickhouse-tcp-port 0");
        Task ended = run._process.WaitForExitAsync();
        Task first = await Task.WhenAny(run._ready.Task, ended, Task.Delay(StartPatience));
        Assert.True(first == run._ready.Task, $"the engine did not start:\n{run.Output}");
        return run;
    }

    /// <summary>Starts an engine with any arguments and waits for nothing.</summary>
    public static EngineRun Start(string arguments) => new(arguments);

    public async Task<HttpStatusCode> PostAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
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

    public void Signal(string signal)
    {
        using Process kill = Process.Start(
            "kill", string.Create(CultureInfo.InvariantCulture, $"-{signal} {_process.Id}"));
        kill.WaitForExit();
    }

    /// <summary>Stops the embedded ClickHouse from doing anything, as a starved machine would.</summary>
    public static void FreezeClickHouse(string folder)
    {
        using Process freeze = Process.Start("pkill", ["-STOP", "-f", $"libchdb.so {folder}/clickhouse"]);
        freeze.WaitForExit();
        Assert.Equal(0, freeze.ExitCode);
    }

    /// <summary>Kills the embedded ClickHouse, and nothing else.</summary>
    public static void KillClickHouse(string folder)
    {
        using Process kill = Process.Start("pkill", ["-KILL", "-f", $"libchdb.so {folder}/clickhouse"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private void Take(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
        if (line is not null && line.Contains("Ctrl-C drains", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private string Find(Regex pattern) => pattern.Match(Output).Groups[1].Value;

    [GeneratedRegex(@"POST (http://\S+/)v1/events")]
    private static partial Regex EventsAddress();

    [GeneratedRegex(@"embedded [\d.]+, (http://[^,]+)")]
    private static partial Regex ClickHouseAddress();
}
