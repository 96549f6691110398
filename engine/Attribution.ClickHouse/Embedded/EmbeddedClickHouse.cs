using System.Diagnostics;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// A ClickHouse server of the engine's own: started, watched, restarted when it dies, stopped with the
/// engine. Owned by whoever started it, until disposed; its members may be read from any thread.
/// </summary>
public sealed class EmbeddedClickHouse : IAsyncDisposable
{
    private const string Host = "127.0.0.1";
    private const int PortAttempts = 3;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PredecessorPatience = TimeSpan.FromSeconds(15);

    private readonly EmbeddedOptions _options;
    private readonly string _folder;
    private readonly string _library;
    private readonly FolderLock _holder;
    private readonly CancellationTokenSource _stopping = new();
    private HostProcess _child;
    private Task _supervision = Task.CompletedTask;
    private volatile bool _ready = true;
    private int _restarts;
    private int _disposed;

    private EmbeddedClickHouse(
        EmbeddedOptions options,
        string library,
        FolderLock holder,
        (HostProcess Child, int Http, int Tcp) started)
    {
        _options = options;
        _folder = EmbeddedFolder.Of(options.DataFolder);
        _library = library;
        _holder = holder;
        _child = started.Child;
        HttpPort = started.Http;
        TcpPort = started.Tcp;
    }

    public Uri Endpoint => EndpointOf(HttpPort);

    public int HttpPort { get; }

    public int TcpPort { get; }

    /// <summary>Whether the server answered after its last start and has not died since.</summary>
    public bool IsReady => _ready;

    /// <summary>How often it was started again after it had died.</summary>
    public int Restarts => Volatile.Read(ref _restarts);

    public int ProcessId => Volatile.Read(ref _child).Id;

    /// <summary>
    /// Fetches the library where needed, takes the data folder, and returns when queries are answered.
    /// </summary>
    /// <exception cref="EmbeddedException">It cannot start; the message says what to do.</exception>
    public static async Task<EmbeddedClickHouse> StartAsync(EmbeddedOptions options, CancellationToken cancel)
    {
        string library = await EmbeddedLibrary.EnsureAsync(options.Progress, cancel).ConfigureAwait(false);
        string folder = EmbeddedFolder.Of(options.DataFolder);
        FolderLock holder = TakeFolder(folder, options);
        try
        {
            await WaitForPredecessorAsync(folder, cancel).ConfigureAwait(false);
            EmbeddedConfig.Write(folder, options);
            (HostProcess Child, int Http, int Tcp) started =
                await StartChildAsync(options, library, cancel).ConfigureAwait(false);
            var server = new EmbeddedClickHouse(options, library, holder, started);
            holder.Describe(options.OwnerAddress ?? server.Endpoint.ToString());
            server._supervision = Task.Run(server.SuperviseAsync, CancellationToken.None);
            return server;
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Lets other readers in, and those before no more. Where they differ ClickHouse starts anew, as
    /// libchdb reads its users only then: queries that run at that moment fail, inserts are sent again.
    /// </summary>
    public async Task SetReadersAsync(IReadOnlyList<EmbeddedReader> readers, CancellationToken cancel)
    {
        if (!EmbeddedConfig.WriteUsers(_folder, readers))
            return;

        int restarts = Restarts;
        _options.Log?.Invoke("ClickHouse starts anew, as its users have changed");
        await Volatile.Read(ref _child).StopAsync(_options.StopPatience).ConfigureAwait(false);
        while (Restarts == restarts && !_stopping.IsCancellationRequested)
            await Task.Delay(FirstBackoff, cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        _ready = false;
        await _supervision.ConfigureAwait(false);
        bool clean = await _child.StopAsync(_options.StopPatience).ConfigureAwait(false);
        _options.Log?.Invoke(clean ? "ClickHouse stopped" : "ClickHouse did not stop in time and was killed");
        _child.Dispose();
        _holder.Dispose();
        _stopping.Dispose();
    }

    private static FolderLock TakeFolder(string folder, EmbeddedOptions options)
    {
        string address = options.OwnerAddress ?? "an address not known yet";
        string path = EmbeddedFolder.HolderLock(folder);
        if (FolderLock.TryAcquire(path, address, out FolderLock? held, out string by))
            return held!;
        throw new EmbeddedException(
            $"The data folder {Path.GetFullPath(options.DataFolder)} is in use by {by}. Stop that engine, or "
            + "give this one a folder of its own with --data.");
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

    private static async Task<(HostProcess Child, int Http, int Tcp)> StartChildAsync(
        EmbeddedOptions options, string library, CancellationToken cancel)
    {
        string folder = EmbeddedFolder.Of(options.DataFolder);
        for (int attempt = 1; ; attempt++)
        {
            (int http, int tcp) = ListenPort.Resolve(options);
            long start = Stopwatch.GetTimestamp();
            HostProcess child = HostProcess.Start(library, folder, Host, http, tcp);
            try
            {
                await child.WaitUntilReadyAsync(EndpointOf(http), folder, options.StartPatience, cancel)
                    .ConfigureAwait(false);
                double tookMillis = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                options.Log?.Invoke($"ClickHouse answers at {EndpointOf(http)} after {tookMillis:0} ms");
                return (child, http, tcp);
            }
            catch (EmbeddedException) when (attempt < PortAttempts && child.LostPort)
            {
                // A port that was free here can be taken by another process before the child listens on it.
                await child.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
            }
            catch
            {
                await child.StopAsync(options.StopPatience).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task SuperviseAsync()
    {
        TimeSpan backoff = FirstBackoff;
        CancellationToken stop = _stopping.Token;
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, stop);
            await Task.WhenAny(_child.Exited, stopped).ConfigureAwait(false);
            if (stop.IsCancellationRequested)
                return;

            _ready = false;
            if (Stopwatch.GetElapsedTime(started) > LongestBackoff)
                backoff = FirstBackoff;
            _options.Log?.Invoke(
                $"ClickHouse died (code {_child.ExitCode}); starting it again in "
                + $"{backoff.TotalMilliseconds:0} ms. It said: {_child.Tail}");
            await RestartAsync(backoff, stop).ConfigureAwait(false);
            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
        }
    }

    private async Task RestartAsync(TimeSpan backoff, CancellationToken stop)
    {
        try
        {
            await Task.Delay(backoff, stop).ConfigureAwait(false);
            HostProcess dead = _child;
            Volatile.Write(ref _child, HostProcess.Start(_library, _folder, Host, HttpPort, TcpPort));
            dead.Dispose();
            await _child.WaitUntilReadyAsync(Endpoint, _folder, _options.StartPatience, stop)
                .ConfigureAwait(false);
            Interlocked.Increment(ref _restarts);
            _ready = true;
            _options.Log?.Invoke($"ClickHouse answers at {Endpoint} again");
        }
        catch (OperationCanceledException)
        {
            // Stopping: the disposing task ends the child.
        }
        catch (EmbeddedException error)
        {
            _options.Log?.Invoke(error.Message);
            _child.Kill();
        }
    }

    private static Uri EndpointOf(int httpPort) => new($"http://{Host}:{httpPort}");
}
