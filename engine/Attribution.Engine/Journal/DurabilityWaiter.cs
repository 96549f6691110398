using System.Threading.Tasks.Sources;

namespace Attribution.Engine.Journal;

/// <summary>
/// One request's wait, reused once both the request and the gate's list have let go of it. Made by the gate.
/// </summary>
/// <remarks>
/// Journal, cancellation and the request itself compete to decide the outcome; <see cref="TryDecide"/> picks
/// one. The continuation runs in the turn thread that asked, which serves one request after the other anyway,
/// or else on the thread pool: there each waiter, as it starts, hands the next of its chain to the pool, so
/// the journal's thread queues one item per batch and no request waits for another's continuation.
/// </remarks>
internal sealed class DurabilityWaiter(DurabilityGate gate) : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Undecided = 0;
    private const int Decided = 1;

    private static readonly Action<object?, CancellationToken> OnCancelled =
        static (waiter, token) => ((DurabilityWaiter)waiter!).Cancel(token);

    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _cancellation;
    private Exception? _error;
    private int _decision;
    private int _holders;

    public long Sequence { get; private set; }

    /// <summary>The next in the gate's list; belongs to whoever owns the list.</summary>
    public DurabilityWaiter? NextInList { get; set; }

    /// <summary>The next to complete after this one.</summary>
    public DurabilityWaiter? NextInChain { get; set; }

    /// <summary>Where the request goes on; null for the thread pool.</summary>
    public TurnThread? Thread { get; private set; }

    public bool IsDecided => Volatile.Read(ref _decision) == Decided;

    public void Begin(long sequence)
    {
        Sequence = sequence;
        Thread = TurnThread.Current;
        _error = null;
        _holders = 2;
        Volatile.Write(ref _decision, Undecided);
    }

    public ValueTask Task(CancellationToken cancel)
    {
        if (cancel.CanBeCanceled)
            _cancellation = cancel.UnsafeRegister(OnCancelled, this);
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Whoever is told true must see to it that the waiter completes.</summary>
    public bool TryDecide(Exception? error)
    {
        if (Interlocked.CompareExchange(ref _decision, Decided, Undecided) != Undecided)
            return false;

        _error = error;
        return true;
    }

    /// <summary>Called once by the gate's list and once by the request.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            gate.Return(this);
    }

    public void Execute()
    {
        DurabilityWaiter? next = NextInChain;
        NextInChain = null;
        if (next is not null)
            ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: true);

        // The continuation may run in here and the waiter be in use again before these calls return.
        if (_error is null)
            _core.SetResult(true);
        else
            _core.SetException(_error);
    }

    public void GetResult(short token)
    {
        ValueTaskSourceStatus status = _core.GetStatus(token);
        if (status == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("the wait is not over");

        // Returns only when no cancellation runs any more: the next request must not be met by it.
        _cancellation.Dispose();
        _cancellation = default;
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            LetGo();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (TryDecide(new OperationCanceledException(token)))
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
