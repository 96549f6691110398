namespace Attribution.Engine.Api;

/// <summary>Says whether the engine should be sent events now. Called by all requests at once.</summary>
public interface IReadiness
{
    /// <param name="reason">When it is not ready: why, in plain ASCII words.</param>
    bool IsReady(out string reason);
}

/// <summary>Where the engine is in its life. A plain value.</summary>
public enum EngineState
{
    /// <summary>What a crash left behind is being read.</summary>
    Recovering,
    Running,

    /// <summary>No more events are taken; those accepted are being finished.</summary>
    Draining,
}

/// <summary>
/// Ready is an engine that runs, whose ring is below its high water. Its state is set by the pipeline and
/// read by all requests at once.
/// </summary>
public sealed class Readiness(Func<double> ringFill, Func<bool> isJournalWriting, Func<bool> isSinkHealthy)
    : IReadiness
{
    /// <summary>Fill of the ring from which on the engine asks for less.</summary>
    public const double HighWater = 0.9;

    private volatile EngineState _state = EngineState.Recovering;

    public EngineState State
    {
        get => _state;
        set => _state = value;
    }

    /// <inheritdoc/>
    public bool IsReady(out string reason)
    {
        reason = _state switch
        {
            EngineState.Recovering => "recovering",
            EngineState.Draining => "draining",
            _ => ReasonWhileRunning(),
        };
        return reason.Length == 0;
    }

    private string ReasonWhileRunning()
    {
        if (!isJournalWriting())
            return "the journal cannot be written";
        if (!isSinkHealthy())
            return "ClickHouse refuses inserts until somebody acts";
        return ringFill() >= HighWater ? "ring over high water" : "";
    }
}
