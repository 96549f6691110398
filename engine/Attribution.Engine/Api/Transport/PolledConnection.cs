using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Attribution.Engine.Api.Transport;

/// <summary>
/// A connection for Kestrel whose bytes its loop receives, and whoever answers sends. What waits for its
/// bytes goes on in the thread pool, or in the loop's own thread for as long as <see cref="StayOnLoop"/>
/// asks for it. Owned by Kestrel, which disposes of it.
/// </summary>
internal sealed class PolledConnection : DefaultConnectionContext, IMemoryPoolFeature, IThreadPoolWorkItem
{
    /// <summary>Receives in a row, before the loop's other connections have their turn.</summary>
    private const int MaxReceives = 16;

    private readonly PollLoop _loop;
    private readonly Socket _socket;
    private readonly Pipe _input;
    private readonly SocketOutput _output;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _closed =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Action _resume;
    private ValueTask<FlushResult> _flushing;
    private bool _isPaused;
    private bool _hasEnded;
    private bool _isHangingUp;
    private bool _isClosed;
    private volatile bool _isDisposing;
    private volatile bool _staysOnLoop;
    private ConnectionAbortedException? _abortion;

    /// <param name="loop">Its loop, to which it adds itself.</param>
    /// <param name="socket">Connected; the connection's from here on.</param>
    /// <param name="pool">Where its received bytes lie.</param>
    /// <param name="readAheadBytes">Received bytes that nobody has read at which it stops receiving.</param>
    public PolledConnection(PollLoop loop, Socket socket, MemoryPool<byte> pool, int readAheadBytes)
    {
        _loop = loop;
        _socket = socket;
        Descriptor = (int)socket.Handle;
        MemoryPool = pool;
        var scheduler = new Scheduler(this);
        _input = new Pipe(new PipeOptions(pool, scheduler, PipeScheduler.Inline,
            readAheadBytes, readAheadBytes / 2, useSynchronizationContext: false));
        _output = new SocketOutput(this);
        _resume = () => _loop.Post(this);
        Transport = new DuplexPipe(_input.Reader, _output);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _ended.Token;
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set(this);
    }

    public MemoryPool<byte> MemoryPool { get; }

    public int Descriptor { get; }

    /// <summary>The loop's, to find it by.</summary>
    public int Key { get; set; }

    /// <summary>What waits for the connection goes on in the thread that wakes it, the loop's.</summary>
    public bool StaysOnLoop => _staysOnLoop;

    public void Start() => _loop.Add(this);

    /// <summary>
    /// From here on who waits for bytes or room goes on in the loop's own thread; it must not wait there,
    /// nor work for long.
    /// </summary>
    public void StayOnLoop() => _staysOnLoop = true;

    public void LeaveLoop() => _staysOnLoop = false;

    /// <summary>The kernel's events. The loop's thread only.</summary>
    public void OnReady(uint events)
    {
        const uint ended = Epoll.PeerClosed | Epoll.HungUp | Epoll.Failed;
        if ((events & ended) != 0)
            _isHangingUp = true;
        if ((events & (Epoll.Readable | ended)) != 0)
            Receive();
        if ((events & (Epoll.Writable | ended)) != 0)
            _output.OnWritable();
    }

    /// <summary>What was left over, or has become possible. The loop's thread only.</summary>
    public void Execute()
    {
        if (_isDisposing)
        {
            Close();
            return;
        }

        if (_isPaused && _flushing.IsCompleted)
        {
            _isPaused = false;
            GoOn(_flushing.Result);
        }

        Receive();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.CompareExchange(ref _abortion, abortReason, null) is not null)
            return;
        try
        {
            // Both directions end, which the loop is told as an event.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer was quicker.
        }
    }

    public override void Abort() =>
        Abort(new ConnectionAbortedException("The connection was aborted by the application."));

    public override async ValueTask DisposeAsync()
    {
        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
        _isDisposing = true;
        _loop.Post(this);
        await _closed.Task.ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private void Receive()
    {
        for (int receives = 0; !_isPaused && !_hasEnded; receives++)
        {
            if (receives == MaxReceives)
            {
                _loop.Post(this);
                return;
            }

            byte[] buffer = _loop.Received;
            int count = Epoll.Receive(Descriptor, buffer, out int error);
            if (count < 0 && error == Epoll.WouldWait)
                return;
            if (count < 0 && error == Epoll.Interrupted)
                continue;
            if (count <= 0)
            {
                End(count == 0 ? null : new ConnectionResetException(new SocketException(error).Message));
                return;
            }

            Take(buffer.AsSpan(0, count));
            if (count < buffer.Length && !_isHangingUp)
                return;
        }
    }

    private void Take(ReadOnlySpan<byte> received)
    {
        // In one piece: what lies in one piece is parsed without being gathered.
        received.CopyTo(_input.Writer.GetSpan(received.Length));
        _input.Writer.Advance(received.Length);
        ValueTask<FlushResult> flushing = _input.Writer.FlushAsync();
        if (flushing.IsCompletedSuccessfully)
            GoOn(flushing.Result);
        else
            Pause(flushing);
    }

    /// <summary>Until what was received is read.</summary>
    private void Pause(ValueTask<FlushResult> flushing)
    {
        _isPaused = true;
        _flushing = flushing;
        _flushing.GetAwaiter().UnsafeOnCompleted(_resume);
    }

    private void GoOn(FlushResult flushed)
    {
        if (flushed.IsCompleted)
            End(error: null);
    }

    private void End(Exception? error)
    {
        if (_hasEnded)
            return;
        _hasEnded = true;
        _input.Writer.Complete(_abortion ?? error);
        ThreadPool.UnsafeQueueUserWorkItem(static ended => ended.Cancel(), _ended, preferLocal: false);
    }

    private void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;

        End(error: null);
        if (_abortion is null)
            ShutDown();
        _socket.Close(_abortion is null ? -1 : 0);
        _loop.Remove(this);
        _closed.TrySetResult();
    }

    private void ShutDown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The peer was quicker.
        }
    }

    /// <summary>In and out. Immutable.</summary>
    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }

    /// <summary>Where a reader of received bytes goes on. Stateless but for its connection.</summary>
    private sealed class Scheduler(PolledConnection connection) : PipeScheduler
    {
        public override void Schedule(Action<object?> action, object? state)
        {
            if (connection.StaysOnLoop && connection._loop.IsCurrent)
                action(state);
            else
                ThreadPool.Schedule(action, state);
        }
    }
}
