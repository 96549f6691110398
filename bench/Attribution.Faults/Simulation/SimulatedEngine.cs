using Attribution.Engine.Sink;
using Attribution.Engine.Workers;
using Attribution.Model.Events;

namespace Attribution.Faults.Simulation;

/// <summary>
/// One life of an engine, from its start to its crash or its drain: takes one step of one stage at a time.
/// Used by one thread.
/// </summary>
internal sealed class SimulatedEngine : IDisposable
{
    private readonly EngineGround _ground;
    private readonly ShardWriter[] _writers;
    private long _identified;
    private long _hold;
    private RecoveryStep _recovered;

    public SimulatedEngine(EngineGround ground)
    {
        _ground = ground;
        Parts = new EngineParts(ground);
        _identified = Parts.FirstSequence - 1;
        _writers = [.. Enumerable.Range(0, ground.Shards + 1).Select(Parts.Sink.Writer)];
    }

    public EngineParts Parts { get; }

    private enum RecoveryStep
    {
        None,
        Restored,
        Held,
        Whole,
    }

    /// <summary>Whether identity and workers have their state, and stand where events are taken.</summary>
    public bool IsWhole => _recovered == RecoveryStep.Whole;

    /// <summary>Whether they have nothing yet, and so nothing is on its way behind them.</summary>
    public bool IsRestoring => _recovered == RecoveryStep.None;

    /// <summary>Events of this life that were handled before the stages stood there.</summary>
    public long CaughtUp { get; private set; }

    /// <summary>How far the journal has come.</summary>
    public long Journalled => Parts.Journalled.Value;

    /// <summary>How far the stages may go.</summary>
    private long Available => IsWhole ? Journalled : Parts.Behind.Cursor;

    /// <summary>Whether everything in the ring is in ClickHouse, with all that was derived from it.</summary>
    public bool IsDrained => Parts.Sink.Watermark >= Parts.Ring.Cursor && Parts.Ring.Cursor == Journalled;

    /// <summary>
    /// One step of the way of <see cref="Attribution.Engine.Recovery.StateRecovery"/>: the tables; then, as
    /// often as it happens, what the journal has taken meanwhile; then the ring where events are taken.
    /// </summary>
    /// <param name="mayHold">Whether to take up that ring as soon as can be.</param>
    /// <returns>What it did; nothing where it must wait for others.</returns>
    /// <exception cref="Attribution.Engine.Journal.JournalException">The disk refuses.</exception>
    public string TryRecover(bool mayHold)
    {
        switch (_recovered)
        {
            case RecoveryStep.None:
                long replayed = Parts.Restore();
                _recovered = RecoveryStep.Restored;
                return $"restored, {replayed} replayed";
            case RecoveryStep.Restored when !mayHold:
                Parts.Replay(Journalled + 1);
                return $"catches up with {Parts.Behind.Cursor}";
            case RecoveryStep.Restored:
                _hold = Parts.Ring.Cursor;
                _recovered = RecoveryStep.Held;
                return $"holds at {_hold}";
            case RecoveryStep.Held when Journalled >= _hold && Parts.Behind.Cursor < _hold:
                Parts.Replay(_hold + 1);
                return $"catches up with {_hold}";
            case RecoveryStep.Held when Parts.Handled.All(handled => handled.Value == _hold):
                CaughtUp = _hold + 1 - Parts.NextSequence;
                Parts.Switch(_hold);
                _recovered = RecoveryStep.Whole;
                return $"is whole after {_hold}";
            default:
                return "";
        }
    }

    /// <returns>False when nothing was there to write.</returns>
    public bool TryJournal()
    {
        long last = Parts.Ring.Cursor;
        if (last == Journalled)
            return false;
        Parts.Journal.OnBatch(Journalled + 1, last);
        Parts.Journalled.SetValue(last);
        return true;
    }

    /// <returns>False when nothing was there.</returns>
    public bool TryIdentify(int events)
    {
        long last = Math.Min(Available, _identified + events);
        if (last <= _identified)
            return false;
        Parts.Identity.OnBatch(_identified + 1, last);
        _identified = last;
        return true;
    }

    /// <summary>Lets a worker go on, up to where it would wait for another one.</summary>
    /// <returns>False when nothing was there.</returns>
    public bool TryWork(int shard, int events)
    {
        long handled = Parts.Handled[shard].Value;
        long last = Math.Min(_identified, handled + events);
        for (long sequence = handled + 1; sequence <= last; sequence++)
        {
            if (MustWait(shard, sequence))
                last = sequence - 1;
        }

        if (last <= handled)
            return false;
        Parts.Workers[shard].OnBatch(handled + 1, last);
        Parts.Handled[shard].SetValue(last);
        return true;
    }

    /// <summary>Lets the sink go on, unless it stopped: what it does then is its threads'.</summary>
    public void StepSink(int tasks)
    {
        for (; tasks > 0 && Parts.Log.Fault is null; tasks--)
            Parts.Scheduler.TryStep();
    }

    /// <summary>Lets every stage behind the journal go on as far as it can.</summary>
    public void StepAll()
    {
        TryRecover(mayHold: true);
        TryIdentify(100);
        for (int shard = 0; shard < _ground.Shards; shard++)
            TryWork(shard, 100);
        while (Parts.Scheduler.TryStep() | _ground.ClickHouse.TryAnswer())
        {
        }
    }

    /// <summary>Some time, or the time until something is due.</summary>
    public void PassTime()
    {
        TimeSpan by = _ground.Random.Next(12) == 0
            ? _ground.Clock.UntilNextTimer() ?? TimeSpan.Zero
            : SimulatedClock.SomeTime(
                _ground.Random, TimeSpan.FromMilliseconds(_ground.Random.Next(1, 200)));
        _ground.Clock.Advance(by < TimeSpan.Zero ? TimeSpan.Zero : by);
        Idle();
    }

    /// <summary>What the stages do when no event comes.</summary>
    public void Idle()
    {
        foreach (ShardWriter writer in _writers)
            writer.OnIdle();
    }

    /// <summary>Ends as a drain does: everything is handed over and the journal closed.</summary>
    /// <exception cref="TimeoutException">The sink does not come to an end.</exception>
    public void Stop()
    {
        // How many steps a sink takes to stop is decided by the thread pool.
        Parts.Scheduler.IsOrdered = true;
        Parts.Journal.OnStop();
        Parts.Identity.OnStop();
        foreach (ShardWorker worker in Parts.Workers)
            worker.OnStop();
        Task drain = Task.Factory.StartNew(
            () => Parts.Sink.DrainAsync(CancellationToken.None), CancellationToken.None,
            TaskCreationOptions.None, Parts.Scheduler).Unwrap();

        // The sink is stopped by way of the thread pool: nothing is left to be decided by then.
        long deadline = Environment.TickCount64 + 30_000;
        while (!drain.IsCompleted)
        {
            if (!Parts.Scheduler.TryStep() && !_ground.ClickHouse.TryAnswer())
            {
                Thread.Yield();
                if (Environment.TickCount64 > deadline)
                    throw new TimeoutException("the sink was not drained");
            }
        }

        drain.GetAwaiter().GetResult();
    }

    /// <summary>Nothing of the engine is left but what it wrote and posted.</summary>
    public void Dispose()
    {
        _ground.Clock.ForgetTimers();
        Parts.Dispose();
    }

    /// <summary>Whether this worker takes over a person that another one has not given yet.</summary>
    private bool MustWait(int shard, long sequence)
    {
        ref EventRecord record = ref Parts.Stages[sequence];
        if (record.Header.Kind != EventKind.Event || record.IsDuplicate || record.MergedCount == 0
            || Parts.Exchange.ShardOf(record.Person) != shard)
            return false;
        for (int at = 0; at < record.MergedCount; at++)
        {
            int from = Parts.Exchange.ShardOf(record.Merged[at]);
            if (from != shard && Parts.Handled[from].Value < sequence)
                return true;
        }

        return false;
    }
}
