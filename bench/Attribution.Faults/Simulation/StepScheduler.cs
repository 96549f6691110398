namespace Attribution.Faults.Simulation;

/// <summary>
/// Holds tasks until it is told to run one, and picks that one by its randomness: every order that threads
/// could have brought about, and the same one for the same seed. Tasks run on the thread that steps.
/// </summary>
internal sealed class StepScheduler(Random random) : TaskScheduler
{
    private readonly Lock _gate = new();
    private readonly List<Task> _queued = [];

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Tasks run in the order in which they came, and no randomness is used up.</summary>
    public bool IsOrdered { get; set; }

    public bool IsIdle
    {
        get
        {
            using (_gate.EnterScope())
                return _queued.Count == 0;
        }
    }

    /// <returns>False when nothing was waiting to run.</returns>
    public bool TryStep()
    {
        Task task;
        using (_gate.EnterScope())
        {
            if (_queued.Count == 0)
                return false;
            int at = IsOrdered ? 0 : random.Next(_queued.Count);
            task = _queued[at];
            _queued.RemoveAt(at);
        }

        TryExecuteTask(task);
        return true;
    }

    protected override void QueueTask(Task task)
    {
        using (_gate.EnterScope())
            _queued.Add(task);
    }

    // Whoever completes a task would run what awaits it in the middle of its own step.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        using (_gate.EnterScope())
            return [.. _queued];
    }
}
