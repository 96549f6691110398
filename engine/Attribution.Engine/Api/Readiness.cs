namespace Attribution.Engine.Api;

/// <summary>Says whether the engine should be sent events now. Called by all requests at once.</summary>
public interface IReadiness
{
    /// <param name="reason">
    /// When it is not ready: why. When it is: what a person should look at though events are taken, or
    /// nothing. In plain ASCII words.
    /// </param>
    bool IsReady(out string reason);

    /// <summary>
    /// What attribution waits for though events are taken, in plain ASCII words; empty where for nothing.
    /// </summary>
    string Restoring => "";
}

/// <summary>Where the engine is in its life. A plain value.</summary>
public enum EngineState
{
    /// <summary>The journal that the last run left behind is being read.</summary>
    Recovering,
    Running,

    /// <summary>No more events are taken; those accepted are being finished.</summary>
    Draining,
}

/// <summary>What readiness is judged by; each is asked at every judgement. Immutable.</summary>
public sealed record ReadinessSources
{
    /// <summary>0 to 1.</summary>
    public required Func<double> RingFill { get; init; }

    public required Func<bool> IsJournalWriting { get; init; }

    public Func<bool> IsJournalFull { get; init; } = () => false;

    public required Func<bool> IsSinkHealthy { get; init; }

    /// <summary>What can make the engine degraded: each says how, or nothing.</summary>
    public IReadOnlyList<Func<string>> Degradations { get; init; } = [];

    /// <inheritdoc cref="IReadiness.Restoring"/>
    public Func<string> Restoring { get; init; } = () => "";
}

/// <summary>
/// Ready is an engine that runs, whose ring is below its high water and whose disk takes more. Its state is
/// set by the pipeline and read by all requests at once.
/// </summary>
public sealed class Readiness(ReadinessSources sources) : IReadiness
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
    public string Restoring => sources.Restoring();

    /// <inheritdoc/>
    public bool IsReady(out string reason)
    {
        reason = _state switch
        {
            EngineState.Recovering => "recovering",
            EngineState.Draining => "draining",
            _ => ReasonWhileRunning(),
        };
        if (reason.Length > 0)
            return false;

        reason = string.Join("; ", sources.Degradations.Select(of => of()).Where(text => text.Length > 0));
        return true;
    }

    private string ReasonWhileRunning()
    {
        if (!sources.IsJournalWriting())
            return "the journal cannot be written";
        if (sources.IsJournalFull())
            return "the journal is at its limit";
        if (!sources.IsSinkHealthy())
            return "ClickHouse refuses inserts until somebody acts";
        return sources.RingFill() >= HighWater ? "ring over high water" : "";
    }
}
