using Attribution.Engine.Identity;
using Attribution.Engine.Workers;
using Attribution.Ring;

namespace Attribution.Engine;

/// <summary>The stages behind the journal, and who is told when one of them fails. Immutable.</summary>
internal sealed record StageSet(
    IdentityStage Identity, ShardWorker[] Workers, Action<BatchProcessor, Exception> Faulted)
{
    /// <summary>Whether the stages go on behind another ring when this one's threads end.</summary>
    public bool GoesOn { get; init; }
}

/// <summary>
/// Identity and workers as the consumers of one ring, each on a thread of its own. Runs once; the same stages
/// may have stood behind another ring before. Owned by whoever starts it.
/// </summary>
internal sealed class RingStages
{
    private readonly EventRing _ring;
    private readonly StageSet _stages;
    private readonly BatchProcessor[] _processors;
    private readonly Sequence[] _handled;

    /// <param name="ring">Where their events are.</param>
    /// <param name="stages">Behind no other ring while these threads run.</param>
    /// <param name="behind">Who must have passed an event before them, besides its producer.</param>
    public RingStages(EventRing ring, StageSet stages, params Sequence[] behind)
    {
        (_ring, _stages) = (ring, stages);
        var options = new BatchProcessorOptions { Faulted = stages.Faulted };
        WaitStrategy keepsUp = RuntimeSettings.StageWait;
        var identity = new BatchProcessor(
            "identity", ring.NewBarrier(keepsUp, behind), Handler(stages.Identity), options);
        _processors = new BatchProcessor[1 + stages.Workers.Length];
        _processors[0] = identity;
        for (int shard = 0; shard < stages.Workers.Length; shard++)
            _processors[1 + shard] = new BatchProcessor(
                $"worker-{shard}", ring.NewBarrier(keepsUp, identity.Sequence),
                Handler(stages.Workers[shard]), options);
        _handled = [.. _processors.Skip(1).Select(worker => worker.Sequence)];
    }

    /// <summary>Every worker has come so far.</summary>
    public long Handled => _handled.Min(worker => worker.Value);

    /// <summary>Whether one of them has failed.</summary>
    public bool HasFailed => _processors.Any(processor => processor.Fault is not null);

    /// <summary>Begins with the event after this one; the ring must still hold it.</summary>
    public void Start(long after)
    {
        _stages.Identity.Follow(_ring);
        foreach (ShardWorker worker in _stages.Workers)
            worker.Follow(_ring);

        // That sets them to where the producers are; until they stand where they begin, something else must
        // keep producers back, if they are not all before it.
        _ring.AddGatingSequences(_handled);
        foreach (BatchProcessor processor in _processors)
            processor.Sequence.SetValue(after);
        for (int i = _processors.Length - 1; i >= 0; i--)
            _processors[i].Start();
    }

    /// <summary>Returns when all that is in the ring is handled.</summary>
    public void DrainAndStop()
    {
        foreach (BatchProcessor processor in _processors)
            processor.DrainAndStop();
    }

    public void Halt()
    {
        foreach (BatchProcessor processor in _processors)
            processor.Halt();
    }

    private IBatchHandler Handler(IBatchHandler stage) => _stages.GoesOn ? new PassingStage(stage) : stage;

    /// <summary>A stage that is not at its end when its thread is. Runs on that thread.</summary>
    private sealed class PassingStage(IBatchHandler stage) : IBatchHandler
    {
        public void OnStart() => stage.OnStart();

        public void OnBatch(long first, long last) => stage.OnBatch(first, last);

        public void OnIdle() => stage.OnIdle();

        public void OnStop()
        {
        }
    }
}
