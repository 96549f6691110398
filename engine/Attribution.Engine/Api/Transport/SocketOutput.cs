using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Attribution.Engine.Api.Transport;

/// <summary>
/// What is written goes to the socket in the thread that flushes; only what the kernel has no room for waits
/// for the loop. Holds no memory while nothing is written. One writer at a time.
/// </summary>
internal sealed class SocketOutput(PolledConnection connection) : PipeWriter, IValueTaskSource<FlushResult>
{
    private const int MinBufferBytes = 1024;

    /// <summary>Guards all below while a flush waits, when the loop sends.</summary>
    private readonly Lock _gate = new();
    private byte[] _buffer = [];
    private int _sent;
    private int _end;
    private bool _isGone;
    private bool _isCompleted;
    private bool _isCancelled;
    private volatile bool _isWaiting;
    private ManualResetValueTaskSourceCore<FlushResult> _wait;
    private CancellationTokenRegistration _cancelling;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _end - _sent;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_end);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_end);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _end));
        _end += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        return TrySend() ? new ValueTask<FlushResult>(Result()) : WaitAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_gate)
        {
            _isCancelled = true;
            if (!_isWaiting)
                return;
            _isWaiting = false;
        }

        _wait.SetResult(Result());
    }

    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        _isCompleted = true;
        if (exception is null)
            TrySend();
        Release();
    }

    /// <summary>The kernel may have room again, or the peer is gone. The loop's thread only.</summary>
    public void OnWritable()
    {
        if (!_isWaiting)
            return;
        lock (_gate)
        {
            if (!_isWaiting || !TrySend())
                return;
            _isWaiting = false;
        }

        _wait.SetResult(Result());
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        _cancelling.Dispose();
        return _wait.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> WaitAsync(CancellationToken cancel)
    {
        ValueTask<FlushResult> waiting;
        lock (_gate)
        {
            _wait.Reset();
            _wait.RunContinuationsAsynchronously = !connection.StaysOnLoop;
            _isWaiting = true;

            // Once more: room that came before the line above woke nobody.
            if (TrySend())
            {
                _isWaiting = false;
                return new ValueTask<FlushResult>(Result());
            }

            waiting = new ValueTask<FlushResult>(this, _wait.Version);
        }

        if (cancel.CanBeCanceled)
            _cancelling = cancel.UnsafeRegister(static output => ((SocketOutput)output!).Cancel(), this);
        return waiting;
    }

    private void Cancel()
    {
        lock (_gate)
        {
            if (!_isWaiting)
                return;
            _isWaiting = false;
        }

        _wait.SetException(new OperationCanceledException());
    }

    private FlushResult Result()
    {
        bool isCancelled = _isCancelled;
        _isCancelled = false;
        return new FlushResult(isCancelled, isCompleted: _isGone);
    }

    /// <returns>False when the kernel has no room for all of it.</returns>
    private bool TrySend()
    {
        while (_sent < _end && !_isGone)
        {
            int count = Epoll.Send(connection.Descriptor, _buffer.AsSpan(_sent, _end - _sent), out int error);
            if (count >= 0)
                _sent += count;
            else if (error == Epoll.WouldWait)
                return false;
            else
                _isGone = error != Epoll.Interrupted;
        }

        Release();
        return true;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _end < Math.Max(bytes, 1))
            Grow(bytes);
    }

    private void Grow(int bytes)
    {
        lock (_gate)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinBufferBytes, 2 * (_end - _sent) + bytes));
            _buffer.AsSpan(_sent, _end - _sent).CopyTo(larger);
            (int sent, int end) = (0, _end - _sent);
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _sent, _end) = (larger, sent, end);
        }
    }

    private void Release()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _sent, _end) = ([], 0, 0);
    }
}
