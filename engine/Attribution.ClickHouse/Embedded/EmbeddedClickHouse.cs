using System.Diagnostics;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// A ClickHouse server of the engine's own: started, watched, restarted when it dies, stopped with the engine.
/// Owned by whoever started it, until disposed; its members may be read from any thread.
/// </summary>
public sealed class EmbeddedClickHouse : IAsyncDisposable
{
    private const string Host = "127.0.0.1";
    private const int PortAttempts = 3;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PredecessorPatience = TimeSpan.FromSeconds(15);

    private readonly EmbeddedOptions _options;
    private readonly string _folder;
    private readonly string _library;
    private readonly FolderLock _holder;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly CancellationTokenSource _stopping = new();
    private HostProcess _child;
    private Task _supervision = Task.CompletedTask;
    private volatile bool _ready;
    private int _restarts;

    private EmbeddedClickHouse(
        EmbeddedOptions options, string library, FolderLock holder, HostProcess child, int httpPort, int tcpPort)
    {
        _options = options;
        _folder = EmbeddedFolder.Of(options.DataFolder);
        _library = library;
        _holder = holder;
        _child = child;
        HttpPort = httpPort;
        TcpPort = tcpPort;
        Endpoint = new Uri($"http://{Host}:{httpPort}");
    }

    public Uri Endpoint { get; }

    public int HttpPort { get; }

    public int TcpPort { get; }

    /// <summary>Whether the server answered after its last start and has not died since.</summary>
    public bool IsReady => _ready;

    /// <summary>How often it was started again after it had died.</summary>
    public int Restarts => Volatile.Read(ref _restarts);

    public int ProcessId => Volatile.Read(ref _child).Id;

    /// <summary>Fetches the library where needed, takes the data folder, and returns when queries are answered.</summary>
    /// <exception cref="EmbeddedException">It cannot start; the message says what to do.</exception>
    public static async Task<EmbeddedClickHouse> StartAsync(EmbeddedOptions options, CancellationToken cancel)
    {
        string library = await EmbeddedLibrary.EnsureAsync(options.Progress, cancel).ConfigureAwait(false);
        string folder = EmbeddedFolder.Of(options.DataFolder);
        string address = $"http://{Host}:{options.HttpPort}";
        if (!FolderLock.TryAcquire(EmbeddedFolder.HolderLock(folder), address, out FolderLock? held, out string by))
            throw new EmbeddedException(
                $"The data folder {Path.GetFullPath(options.DataFolder)} is in use by {by}. Stop that engine, or "
                + "give this one its own folder with --data.");
        try
        {
            await WaitForPredecessorAsync(folder, cancel).ConfigureAwait(false);
            EmbeddedConfig.Write(folder, options);
            EmbeddedClickHouse started =
                await StartChildAsync(options, library, held!, cancel).ConfigureAwait(false);
            started._supervision = Task.Run(started.SuperviseAsync, CancellationToken.None);
            return started;
        }
        catch
        {
            held!.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _ready = false;
        await _supervision.ConfigureAwait(false);
        bool clean = await _child.StopAsync(_options.StopPatience).ConfigureAwait(false);
        _options.Log?.Invoke(clean ? "ClickHouse stopped" : "ClickHouse did not stop in time and was killed");
        _child.Dispose();
        _holder.Dispose();
        _http.Dispose();
        _stopping.Dispose();
    }

    private static async Task WaitForPredecessorAsync(string folder, CancellationToken cancel)
    {
        // The child of a killed engine still holds its ports until it has shut down.
        using FolderLock? free = await FolderLock
            .WaitAsync(EmbeddedFolder.HostLock(folder), "starting", PredecessorPatience, null, cancel)
            .ConfigureAwait(false);
        if (free is null)
            throw new EmbeddedException($"A ClickHouse that nobody owns still runs on {folder}; end it.");
    }

    private static async Task<EmbeddedClickHouse> StartChildAsync(
        EmbeddedOptions options, string library, FolderLock holder, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            int http = ListenPort.Resolve(options.HttpPort, "--clickhouse-port");
            int tcp = ListenPort.Resolve(options.TcpPort, "--clickhouse-tcp-port");
            HostProcess child =
                HostProcess.Start(library, EmbeddedFolder.Of(options.DataFolder), Host, http, tcp);
            var started = new EmbeddedClickHouse(options, library, holder, child, http, tcp);
            try
            {
                await started.WaitUntilReadyAsync(cancel).ConfigureAwait(false);
                return started;
            }
            catch (EmbeddedException) when (attempt < PortAttempts && options is { HttpPort: 0 } or { TcpPort: 0 })
            {
                // A free port found here can be taken by another process before the child listens on it.
                await child.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
            }
            catch
            {
                await child.StopAsync(options.StopPatience).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(cancel).ConfigureAwait(false))
        {
            if (_child.Exited.IsCompleted)
                throw new EmbeddedException(
                    $"ClickHouse ended with code {_child.ExitCode} while starting on {_folder}; its log is "
                    + $"{EmbeddedFolder.LogFile(_folder)}. It said:\n{_child.Tail}");
            if (Stopwatch.GetElapsedTime(start) > _options.StartPatience)
                throw new EmbeddedException(
                    $"ClickHouse did not answer at {Endpoint} within {_options.StartPatience.TotalSeconds} s; its "
                    + $"log is {EmbeddedFolder.LogFile(_folder)}. It said:\n{_child.Tail}");
            await Task.Delay(PollInterval, cancel).ConfigureAwait(false);
        }

        _ready = true;
        _options.Log?.Invoke(
            $"ClickHouse answers at {Endpoint} after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            string answer = await _http
                .GetStringAsync(new Uri(Endpoint, "/?query=SELECT%201"), cancel)
                .ConfigureAwait(false);
            return answer.Trim() == "1";
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SuperviseAsync()
    {
        TimeSpan backoff = FirstBackoff;
        CancellationToken stop = _stopping.Token;
        while (!stop.IsCancellationRequested)
        {
            long started = Stopwatch.GetTimestamp();
            await Task.WhenAny(_child.Exited, Task.Delay(Timeout.InfiniteTimeSpan, stop)).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                return;

            _ready = false;
            if (Stopwatch.GetElapsedTime(started) > LongestBackoff)
                backoff = FirstBackoff;
            _options.Log?.Invoke(
                $"ClickHouse died (code {_child.ExitCode}); starting it again in {backoff.TotalMilliseconds:0} ms. "
                + $"It said:\n{_child.Tail}");
            await RestartAsync(backoff, stop).ConfigureAwait(false);
            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
        }
    }

    private async Task RestartAsync(TimeSpan backoff, CancellationToken stop)
    {
        try
        {
            await Task.Delay(backoff, stop).ConfigureAwait(false);
            _child.Dispose();
            Volatile.Write(ref _child, HostProcess.Start(_library, _folder, Host, HttpPort, TcpPort));
            Interlocked.Increment(ref _restarts);
            await WaitUntilReadyAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the disposing task ends the child.
        }
        catch (EmbeddedException error)
        {
            _options.Log?.Invoke(error.Message);
            _child.Kill();
        }
    }
}
