namespace Attribution.Ring;

/// <summary>
/// Runs one handler on a thread of its own, batch after batch, and moves its sequence after each.
/// Start and stop may be called by any thread; it runs once.
/// </summary>
public sealed class BatchProcessor
{
    private const int Created = 0;
    private const int Running = 1;
    private const int Draining = 2;
    private const int Halting = 3;

    private readonly SequenceBarrier _barrier;
    private readonly IBatchHandler _handler;
    private readonly BatchProcessorOptions _options;
    private readonly Thread _thread;
    private Exception? _fault;
    private int _state = Created;

    public BatchProcessor(
        string name, SequenceBarrier barrier, IBatchHandler handler, BatchProcessorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(barrier);
        ArgumentNullException.ThrowIfNull(handler);
        _barrier = barrier;
        _handler = handler;
        _options = options ?? BatchProcessorOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxBatchEvents, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(
            _options.IdleInterval, TimeSpan.Zero, nameof(options));

        Name = name;
        Sequence = new Sequence(barrier.FirstSequence - 1);
        // Not a background thread: the process must not end between a batch and its effects.
        _thread = new Thread(Run) { Name = name, IsBackground = false };
    }

    public string Name { get; }

    /// <summary>The last sequence whose batch the handler has returned from.</summary>
    public Sequence Sequence { get; }

    /// <summary>What the handler threw; null while it has not.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>False before the start, and after the thread ended for whatever reason.</summary>
    public bool IsRunning => _thread.IsAlive;

    public void Start()
    {
        if (Interlocked.CompareExchange(ref _state, Running, Created) != Created)
            throw new InvalidOperationException($"Processor {Name} has been started or stopped before.");
        _thread.Start();
    }

    /// <summary>
    /// Handles everything that is published, then stops; returns when it has. Stop the producers first, and
    /// the processors in the order of their dependencies, for it waits for those ahead of it.
    /// </summary>
    public void DrainAndStop() => DrainAndStop(Timeout.InfiniteTimeSpan);

    /// <returns>False when it was still busy at the time-out; it goes on draining.</returns>
    public bool DrainAndStop(TimeSpan timeout)
    {
        if (Interlocked.CompareExchange(ref _state, Draining, Running) == Created)
            Interlocked.CompareExchange(ref _state, Halting, Created);
        return Join(timeout);
    }

    /// <summary>Stops after the batch in hand, if any; returns when it has.</summary>
    public void Halt()
    {
        Interlocked.Exchange(ref _state, Halting);
        Join(Timeout.InfiniteTimeSpan);
    }

    private bool Join(TimeSpan timeout)
    {
        _barrier.Alert();
        bool started = (_thread.ThreadState & ThreadState.Unstarted) == 0;
        return !started || Thread.CurrentThread == _thread || _thread.Join(timeout);
    }

    private void Run()
    {
        try
        {
            _handler.OnStart();
            HandleBatches();
        }
        catch (Exception fault)
        {
            Volatile.Write(ref _fault, fault);
        }

        Stop();
    }

    private void HandleBatches()
    {
        long next = Sequence.Value + 1;
        long drainTo = long.MaxValue;
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (state == Halting)
                return;
            // Found out on this thread, which alone knows that no slot from next on can have been
            // overwritten.
            if (state == Draining && drainTo == long.MaxValue)
                drainTo = _barrier.HighestPublishedSequence(next);
            if (next > drainTo)
                return;

            if (_barrier.TryWaitFor(next, _options.MaxBatchEvents, _options.IdleInterval, out long last))
            {
                _handler.OnBatch(next, last);
                // Only now: whoever is behind this sequence relies on the handler having returned.
                Sequence.SetValue(last);
                _barrier.Advanced();
                next = last + 1;
            }
            else if (_barrier.IsAlerted)
            {
                _barrier.ClearAlert();
            }
            else
            {
                _handler.OnIdle();
            }
        }
    }

    private void Stop()
    {
        try
        {
            _handler.OnStop();
        }
        catch (Exception fault)
        {
            // The first fault is the cause; one while stopping usually follows from it.
            Interlocked.CompareExchange(ref _fault, fault, null);
        }

        if (Fault is { } cause)
            _options.Faulted?.Invoke(this, cause);
    }
}
