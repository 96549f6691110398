namespace Attribution.Reporter.Commands.Watch;

/// <summary>What one look at the server found. Immutable.</summary>
internal sealed record WatchState(DateTime Now)
{
    /// <summary>How long a step of <see cref="Steps"/> is.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    /// <summary>How many steps are kept: five minutes.</summary>
    public const int StepCount = 60;

    /// <summary>How many of them the rate is over: one minute.</summary>
    private const int RateSteps = 12;

    /// <summary>Events per step, the newest step first.</summary>
    public long[] Steps { get; init; } = new long[StepCount];

    /// <summary>When the newest event was received; null where the last hour has none.</summary>
    public DateTime? Newest { get; init; }

    public long Conversions { get; init; }

    public IReadOnlyList<(string Channel, long Conversions, decimal Credit)> Channels { get; init; } = [];

    public IReadOnlyList<(string Reason, long Events)> Rejected { get; init; } = [];

    public decimal PerSecond =>
        decimal.Round(Steps.Take(RateSteps).Sum() / (decimal)(RateSteps * Step.TotalSeconds), 1) + 0.0m;

    /// <summary>How long ago the newest event was received.</summary>
    public TimeSpan? Lag => Now - Newest;

    public long RejectedEvents => Rejected.Sum(each => each.Events);
}
