using System.Threading.Tasks.Sources;

namespace Attribution.Ring;

/// <summary>
/// One wait for room, used again after its result was taken. Its links and fields belong to the lock of
/// <see cref="RoomWaiters"/>; its result to the producer that awaits it.
/// </summary>
internal sealed class RoomWaiter(RoomWaiters owner) : IValueTaskSource<bool>
{
    // Continuations go to the thread pool: a consumer's thread must never run a producer's code.
    private ManualResetValueTaskSourceCore<bool> _result = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public RoomWaiter? Previous { get; set; }

    public RoomWaiter? Next { get; set; }

    public int Slots { get; private set; }

    public int Bytes { get; private set; }

    public long DeadlineTimestamp { get; private set; }

    public bool IsWaiting { get; private set; }

    public CancellationToken Cancel { get; private set; }

    public ValueTask<bool> Task => new(this, _result.Version);

    public void Begin(int slots, int bytes, long deadlineTimestamp, CancellationToken cancel)
    {
        Slots = slots;
        Bytes = bytes;
        DeadlineTimestamp = deadlineTimestamp;
        Cancel = cancel;
        IsWaiting = true;
        Next = null;
    }

    public void End()
    {
        IsWaiting = false;
        Previous = null;
        Next = null;
    }

    public void RegisterCancel() => _registration = Cancel.UnsafeRegister(
        static (state, token) => ((RoomWaiter)state!).OnCancel(token), this);

    public void SetResult(bool hasRoom) => _result.SetResult(hasRoom);

    public void SetCanceled() => _result.SetException(new OperationCanceledException(Cancel));

    public bool GetResult(short token)
    {
        try
        {
            return _result.GetResult(token);
        }
        finally
        {
            // Not disposed, which could wait for a callback that waits for the owner's lock.
            _registration.Unregister();
            _result.Reset();
            owner.Return(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _result.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    private void OnCancel(CancellationToken cancel) => owner.Cancel(this, cancel);
}
