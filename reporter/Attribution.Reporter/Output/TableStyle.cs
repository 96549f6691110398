using Attribution.Reporter.Times;

namespace Attribution.Reporter.Output;

/// <summary>How a table for people looks. Immutable.</summary>
internal sealed record TableStyle
{
    /// <summary>Character cells per line.</summary>
    public required int Width { get; init; }

    /// <summary>Leaves columns out that do not fit; what is no terminal has room for them.</summary>
    public bool IsFitted { get; init; }

    public bool HasColor { get; init; }

    public bool HasHeader { get; init; } = true;

    public ReportZone Zone { get; init; } = ReportZone.Utc;

    /// <summary>Says what was left out.</summary>
    public Action<string> Note { get; init; } = _ => { };
}
