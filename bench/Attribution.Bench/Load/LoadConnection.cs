using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Attribution.Bench.Load;

/// <summary>
/// One connection of a load run: HTTP/1.1 written by hand on a socket that never blocks. It allocates nothing
/// once it is open. Owned by one <see cref="LoadThread"/>.
/// </summary>
internal sealed class LoadConnection(LoadSettings settings, RequestBook book, LoadCounts counts) : IDisposable
{
    private const int ReceiveBytes = 64 * 1024;
    private static readonly long ReconnectTicks = Stopwatch.Frequency / 10;
    private static readonly long PauseTicks = Stopwatch.Frequency;

    private readonly byte[] _received = new byte[ReceiveBytes];
    private readonly byte[] _unsent = new byte[book.LongestRequest * settings.Pipelined];
    private readonly long[] _due = new long[settings.Pipelined];
    private Socket? _socket;
    private byte[] _lastAnswer = [];
    private HttpAnswer _last;
    private long _sent;
    private long _answered;
    private long _resumeTicks;
    private int _unread;
    private int _unsentBytes;
    private int _unsentAt;

    public int InFlight => (int)(_sent - _answered);

    public int Descriptor => _socket is null ? -1 : (int)_socket.SafeHandle.DangerousGetHandle();

    public bool WaitsToWrite => _unsentBytes > 0;

    /// <summary>Requests that may be sent now; opens the connection where there is none.</summary>
    public int Room(long now)
    {
        if (_unsentBytes > 0 || now < _resumeTicks || (_socket is null && !Open(now)))
            return 0;
        return settings.Pipelined - InFlight;
    }

    /// <summary>Sends requests, as many as there is room for at most.</summary>
    /// <param name="requests">How many.</param>
    /// <param name="eventMillis">The events' time.</param>
    /// <param name="schedule">When they were due; null where latency counts from now.</param>
    public void Send(int requests, long eventMillis, OpenLoopSchedule? schedule)
    {
        while (requests > 0 && _unsentBytes == 0 && _socket is not null)
        {
            ReadOnlySpan<byte> bytes = book.Next(requests, eventMillis, out int count);
            long now = schedule is null ? Stopwatch.GetTimestamp() : 0;
            for (int i = 0; i < count; i++)
                _due[_sent++ % _due.Length] = schedule?.Take() ?? now;
            requests -= count;
            int taken = SendSome(bytes);
            if (taken >= bytes.Length || _socket is null)
                continue;
            bytes[taken..].CopyTo(_unsent);
            (_unsentAt, _unsentBytes) = (0, bytes.Length - taken);
        }
    }

    /// <summary>Goes on with what the socket did not take at once.</summary>
    public void Flush()
    {
        int taken = SendSome(_unsent.AsSpan(_unsentAt, _unsentBytes));
        _unsentAt += taken;
        _unsentBytes -= Math.Min(taken, _unsentBytes);
    }

    /// <summary>Takes the answers that have arrived.</summary>
    public void Receive()
    {
        if (_socket is null)
            return;
        int count = _socket.Receive(_received.AsSpan(_unread), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
        {
            Break(error == SocketError.Success ? "The engine closed the connection." : $"Receiving: {error}");
            return;
        }

        _unread += count;
        TakeAnswers(Stopwatch.GetTimestamp());
        if (_unread == _received.Length)
            Break("An answer is longer than 64 KiB.");
    }

    /// <summary>Closes it; requests without an answer count as failed.</summary>
    public void Break(string reason)
    {
        if (InFlight > 0)
            counts.Fail((long)InFlight * settings.BatchEvents, reason);
        _answered = _sent;
        (_unread, _unsentBytes) = (0, 0);
        _resumeTicks = Stopwatch.GetTimestamp() + ReconnectTicks;
        Dispose();
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private bool Open(long now)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(settings.Engine.Host, settings.Engine.Port);
            socket.Blocking = false;
            _socket = socket;
            return true;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            counts.Fail(0, e.Message);
            _resumeTicks = now + ReconnectTicks;
            return false;
        }
    }

    /// <returns>Bytes the socket took.</returns>
    private int SendSome(ReadOnlySpan<byte> bytes)
    {
        int taken = _socket!.Send(bytes, SocketFlags.None, out SocketError error);
        if (error is SocketError.Success or SocketError.WouldBlock)
            return error == SocketError.Success ? taken : 0;
        Break($"Sending: {error}");
        return 0;
    }

    private void TakeAnswers(long now)
    {
        int at = 0;
        bool isLast = false;
        while (at < _unread && !isLast)
        {
            ReadOnlySpan<byte> bytes = _received.AsSpan(at, _unread - at);
            if (_lastAnswer.Length > 0 && bytes.StartsWith(_lastAnswer))
            {
                Count(_last, bytes[.._lastAnswer.Length], now);
                at += _lastAnswer.Length;
                continue;
            }

            if (!HttpAnswer.TryRead(bytes, out HttpAnswer answer, out int consumed))
                break;
            Count(answer, bytes[..consumed], now);
            Remember(answer, bytes[..consumed]);
            isLast = answer.IsLast;
            at += consumed;
        }

        _received.AsSpan(at, _unread - at).CopyTo(_received);
        _unread -= at;
        if (isLast)
            Break("The engine closed the connection.");
    }

    /// <summary>Most answers of a second are the same bytes, which then need no reading.</summary>
    private void Remember(in HttpAnswer answer, ReadOnlySpan<byte> raw)
    {
        if (answer.IsLast || answer.Status != 200)
            return;
        if (_lastAnswer.Length != raw.Length)
            _lastAnswer = new byte[raw.Length];
        raw.CopyTo(_lastAnswer);
        _last = answer;
    }

    private void Count(in HttpAnswer answer, ReadOnlySpan<byte> raw, long now)
    {
        long due = _due[_answered++ % _due.Length];
        counts.Latencies.Record(Stopwatch.GetElapsedTime(due, now));
        // A bare 204 is a server's that reads nothing: whatever it was sent counts.
        int accepted = answer.Status == 204 ? settings.BatchEvents : answer.Accepted;
        counts.Accept(accepted);
        if (answer.RetryAfterSeconds > 0)
            _resumeTicks = now + PauseTicks;
        if (accepted != settings.BatchEvents || answer.Rejected > 0)
            counts.Fail(settings.BatchEvents - accepted, Encoding.UTF8.GetString(raw));
    }
}
