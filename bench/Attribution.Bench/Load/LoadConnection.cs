using System.Diagnostics;
using System.Net.Sockets;

namespace Attribution.Bench.Load;

/// <summary>
/// One connection of a load run: HTTP/1.1 written by hand on a socket, so that the generator leaves the
/// machine to the engine. Runs as one task; its counts may be read by any thread.
/// </summary>
internal sealed class LoadConnection
{
    private const int ReceiveBytes = 64 * 1024;
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    private readonly LoadSettings _settings;
    private readonly LoadBody _body;
    private readonly byte[] _staged;
    private readonly byte[] _received = new byte[ReceiveBytes];
    private readonly long[] _dueTicks;
    private readonly long _ticksPerRequest;
    private long _startTicks;
    private long _sentRequests;
    private long _answeredRequests;
    private int _unread;
    private long _accepted;
    private long _errors;

    public LoadConnection(LoadSettings settings, ulong firstId)
    {
        _settings = settings;
        _body = new LoadBody(settings, firstId);
        _staged = new byte[_body.Length * settings.Pipelined];
        _dueTicks = new long[settings.Pipelined];
        if (settings.Rate > 0)
        {
            double requestsPerSecond = (double)settings.Rate / settings.BatchEvents / settings.Connections;
            _ticksPerRequest = (long)(Stopwatch.Frequency / requestsPerSecond);
        }
    }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Events the engine took.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Events refused, invalid, or lost with their connection.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    public string FirstError { get; private set; } = "";

    private int InFlight => (int)(_sentRequests - _answeredRequests);

    /// <summary>Sends until <paramref name="stopSending"/>, then takes the answers still due.</summary>
    public async Task RunAsync(CancellationToken stopSending, CancellationToken giveUp)
    {
        _startTicks = Stopwatch.GetTimestamp();
        while (!stopSending.IsCancellationRequested && !giveUp.IsCancellationRequested)
        {
            try
            {
                await UseConnectionAsync(stopSending, giveUp);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                Fail((long)InFlight * _settings.BatchEvents, e.Message);
                _answeredRequests = _sentRequests;
                await Task.Delay(Reconnect, CancellationToken.None);
            }
        }
    }

    private async Task UseConnectionAsync(CancellationToken stopSending, CancellationToken giveUp)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_settings.Engine.Host, _settings.Engine.Port, giveUp);
        _unread = 0;
        while (true)
        {
            int due = stopSending.IsCancellationRequested ? 0 : DueRequests();
            if (due > 0)
                await SendAsync(socket, due, giveUp);
            if (InFlight > 0)
            {
                if (!await ReceiveAsync(socket, giveUp))
                    return;
                continue;
            }

            if (stopSending.IsCancellationRequested)
                return;
            if (due == 0)
                await Task.Delay(1, giveUp);
        }
    }

    private int DueRequests()
    {
        int room = _settings.Pipelined - InFlight;
        if (_ticksPerRequest == 0)
            return room;
        long due = ((Stopwatch.GetTimestamp() - _startTicks) / _ticksPerRequest) - _sentRequests;
        return (int)Math.Clamp(due, 0, room);
    }

    private async Task SendAsync(Socket socket, int requests, CancellationToken giveUp)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (int i = 0; i < requests; i++)
        {
            _body.WriteTo(_staged.AsSpan(i * _body.Length), now);
            long request = _sentRequests++;
            _dueTicks[request % _dueTicks.Length] = _ticksPerRequest == 0
                ? Stopwatch.GetTimestamp()
                : _startTicks + (request * _ticksPerRequest);
        }

        Memory<byte> unsent = _staged.AsMemory(0, requests * _body.Length);
        while (!unsent.IsEmpty)
            unsent = unsent[await socket.SendAsync(unsent, SocketFlags.None, giveUp)..];
    }

    /// <returns>False where the engine closes the connection after what was received.</returns>
    private async Task<bool> ReceiveAsync(Socket socket, CancellationToken giveUp)
    {
        if (_unread == _received.Length)
            throw new IOException("An answer is longer than 64 KiB.");
        int count = await socket.ReceiveAsync(_received.AsMemory(_unread), SocketFlags.None, giveUp);
        if (count == 0)
            throw new IOException("The engine closed the connection.");
        _unread += count;
        int at = 0;
        int pauseSeconds = 0;
        bool isLast = false;
        while (HttpAnswer.TryRead(
            _received.AsSpan(at, _unread - at), out HttpAnswer answer, out int consumed))
        {
            Count(answer, _received.AsSpan(at, consumed));
            pauseSeconds = Math.Max(pauseSeconds, answer.RetryAfterSeconds);
            isLast |= answer.IsLast;
            at += consumed;
        }

        _received.AsSpan(at, _unread - at).CopyTo(_received);
        _unread -= at;
        if (pauseSeconds > 0)
            await Task.Delay(MaxPause, giveUp);
        if (isLast && InFlight > 0)
            throw new IOException("The engine closed the connection.");
        return !isLast;
    }

    private void Count(in HttpAnswer answer, ReadOnlySpan<byte> raw)
    {
        long due = _dueTicks[_answeredRequests++ % _dueTicks.Length];
        Latencies.Record(Stopwatch.GetElapsedTime(due));
        Interlocked.Add(ref _accepted, answer.Accepted);
        if (answer.Status == 200 && answer.Rejected == 0)
            return;
        Fail(_settings.BatchEvents - answer.Accepted, System.Text.Encoding.UTF8.GetString(raw));
    }

    private void Fail(long events, string reason)
    {
        Interlocked.Add(ref _errors, events);
        if (FirstError.Length == 0)
            FirstError = reason;
    }
}
