using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Attribution.Engine.Api.FastLane;

/// <summary>What a connection of the fast lane waits for. A plain value.</summary>
internal enum WaitPhase : byte
{
    /// <summary>The first byte of a request.</summary>
    Request,

    /// <summary>The rest of a head.</summary>
    Head,

    /// <summary>The rest of a body.</summary>
    Body,

    /// <summary>A peer that reads its answers.</summary>
    Reading,
}

/// <summary>
/// Wakes a connection that has waited too long, or must end because the server stops. Looked at once a
/// second by the server's heartbeat, as its own limits are, so a request costs no timer. The connection's
/// reads are its owner's; heartbeat and stop come from other threads.
/// </summary>
/// <remarks>
/// Waking is a cancelled read, after which the owner judges for itself: one that comes late meets an owner
/// that is not overdue. Nobody is woken once the watch is over; a wake that has begun by then meets the
/// stock lane, which reads on after a cancelled read that is none of its own time limits'.
/// </remarks>
internal sealed class ConnectionWatch : IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly PipeReader _input;
    private readonly EdgeOptions _edge;
    private readonly CancellationTokenRegistration _stopping;
    private volatile bool _isOver;
    private volatile bool _isStopping;
    private volatile WaitPhase _phase;
    private long _since = Environment.TickCount64;

    public ConnectionWatch(ConnectionContext connection, EdgeOptions edge)
    {
        _connection = connection;
        _input = connection.Transport.Input;
        _edge = edge;
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
            static watch => ((ConnectionWatch)watch).OnHeartbeat(), this);
        if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
            _stopping = lifetime.ConnectionClosedRequested.UnsafeRegister(
                static watch => ((ConnectionWatch)watch!).OnStopping(), this);
    }

    /// <summary>The server stops: answers that are owed are sent, and nothing more is read.</summary>
    public bool IsStopping => _isStopping;

    public WaitPhase Phase => _phase;

    /// <summary>How long the phase has lasted.</summary>
    public TimeSpan Elapsed =>
        TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _since));

    public bool IsOverdue => Elapsed >= Patience;

    /// <summary>
    /// For a body the time after which its rate counts, from when on its connection is woken at every
    /// heartbeat.
    /// </summary>
    private TimeSpan Patience => _phase switch
    {
        WaitPhase.Request => _edge.IdleTimeout,
        WaitPhase.Head => _edge.HeaderTimeout,
        WaitPhase.Body => _edge.BodyGrace,
        _ => _edge.ReadingTimeout,
    };

    public void Begin(WaitPhase phase)
    {
        Volatile.Write(ref _since, Environment.TickCount64);
        _phase = phase;
    }

    /// <summary>From here on the connection is the stock lane's, or nobody's.</summary>
    public void Dispose()
    {
        _isOver = true;
        _stopping.Unregister();
    }

    private void OnHeartbeat()
    {
        if (_isOver || !IsOverdue)
            return;
        if (_phase == WaitPhase.Reading)
            _connection.Abort(new ConnectionAbortedException("The peer does not read its answers."));
        else
            _input.CancelPendingRead();
    }

    private void OnStopping()
    {
        _isStopping = true;
        if (!_isOver)
            _input.CancelPendingRead();
    }
}
