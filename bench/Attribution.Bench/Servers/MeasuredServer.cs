using System.Diagnostics;
using System.Text;
using Attribution.Bench.Load;
using Attribution.ClickHouse.Embedded;
using Attribution.Faults.Processes;

namespace Attribution.Bench.Servers;

/// <summary>
/// A server as a process of its own, whose processor time is read from outside, so that all kinds are
/// measured alike. Owned by one command; disposing ends the process and removes its folder.
/// </summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxSettling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxQuieting = TimeSpan.FromSeconds(4);

    // Either of two may answer for both, so a time must do.
    private static readonly TimeSpan SettlingOfTwo = TimeSpan.FromSeconds(2);
    private const double QuietShare = 0.1;

    private readonly ServerPlan _plan;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _client;
    private MeasuredServer? _companion;
    private EmbeddedClickHouse? _embedded;
    private int[] _clickHouse = [];
    private int[] _own = [];

    private MeasuredServer(ServerPlan plan)
    {
        _plan = plan;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = plan.Url };
        var start = new ProcessStartInfo(plan.Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in plan.Arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in plan.Variables)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name => _plan.Name;

    public Uri Url => _plan.Url;

    /// <summary>HTTP of the ClickHouse it embeds; null where it has none.</summary>
    public Uri? ClickHouse => _plan.ClickHouse;

    /// <summary>Folder of its data.</summary>
    public string Folder => _plan.Folder;

    /// <exception cref="IOException">It ended, or was not ready in time.</exception>
    public static async Task<MeasuredServer> StartAsync(ServerPlan plan, CancellationToken cancel)
    {
        EmbeddedClickHouse? embedded = plan.EmbedsClickHouse
            ? await EmbeddedClickHouse.StartAsync(
                new EmbeddedOptions
                {
                    DataFolder = plan.Folder,
                    HttpPort = plan.ClickHouse!.Port,
                    TcpPort = 0,
                },
                cancel)
            : null;
        var server = new MeasuredServer(plan) { _embedded = embedded };
        try
        {
            await server.WaitUntilReadyAsync(cancel);
            server._clickHouse = ClickHouseChildren.Of(plan.Folder);
            server._own = [.. ProcessCpu.Tree(server._process.Id).Except(server._clickHouse)];
            if (plan.Companion is { } companion)
                await server.AddAsync(companion, cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of the server itself, without its ClickHouse.</summary>
    public ProcessCpu Cpu() => ProcessCpu.Of(_own);

    public ProcessCpu ClickHouseCpu() => ProcessCpu.Of(_clickHouse);

    public Task<EngineMetrics> MetricsAsync(CancellationToken cancel) =>
        EngineMetrics.ReadAsync(_client, cancel);

    /// <summary>
    /// Waits until it has done everything that follows from what it was sent, its ClickHouse's merges
    /// included, so that neither is missing in its own figures or found in those of others.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        if (_companion is not null)
            await Task.Delay(SettlingOfTwo, cancel);
        while (Stopwatch.GetElapsedTime(started) < MaxSettling)
        {
            EngineMetrics metrics = await MetricsAsync(cancel);
            if ((metrics.RingFill ?? 0) == 0 && (metrics.SinkLagSeconds ?? 0) == 0)
                return;
            await Task.Delay(Poll, cancel);
        }
    }

    /// <summary>Waits, for some seconds at most, until its ClickHouse merges no more.</summary>
    public async Task QuietAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan interval = Poll * 4;
        while (_clickHouse.Length > 0 && Stopwatch.GetElapsedTime(started) < MaxQuieting)
        {
            TimeSpan before = ClickHouseCpu().Total;
            await Task.Delay(interval, cancel);
            if (ClickHouseCpu().Total - before < interval * QuietShare)
                return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_companion is not null)
            await _companion.DisposeAsync();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (_embedded is not null)
            await _embedded.DisposeAsync();
        await ClickHouseChildren.KillAllAsync(_plan.Folder);
        if (Directory.Exists(_plan.Folder))
            Directory.Delete(_plan.Folder, recursive: true);
    }

    /// <summary>
    /// The second process answers where the first does, so its start is known by its ClickHouse alone.
    /// </summary>
    private async Task AddAsync(ServerPlan plan, CancellationToken cancel)
    {
        _companion = new MeasuredServer(plan);
        while (_companion._clickHouse.Length == 0)
        {
            await Task.Delay(SettlingOfTwo, cancel);
            _companion._clickHouse = ClickHouseChildren.Of(plan.Folder);
        }

        int[] own = ProcessCpu.Tree(_companion._process.Id);
        _own = [.. _own, .. own.Except(_companion._clickHouse)];
        _clickHouse = [.. _clickHouse, .. _companion._clickHouse];
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(cancel))
        {
            bool isLate = Stopwatch.GetElapsedTime(started) > _plan.Patience;
            if (isLate || _process.HasExited)
            {
                string what = _process.HasExited ? "ended" : "was not ready in time";
                lock (_output)
                    throw new IOException($"{Name} {what}. It said:\n{_output}");
            }

            await Task.Delay(Poll, cancel);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(_plan.ReadyPath, cancel);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
