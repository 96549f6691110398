namespace Attribution.Bench;

/// <summary>
/// From what one event costs to the machines and the money for many; see docs/capacity.md. Immutable. Costs
/// are of one event in batches of 100; rates are events per second.
/// </summary>
internal sealed record Capacity
{
    private const double HoursPerMonth = 730;
    private const double MicrosPerSecond = 1_000_000;

    public required double EngineMicros { get; init; }
    public required double ClickHouseMicros { get; init; }

    /// <summary>The part of a core that may be busy, so that a burst finds room.</summary>
    public required double Utilization { get; init; }

    public required double DollarsPerCoreHour { get; init; }
    public required double ReceivedBytes { get; init; }
    public required double JournalBytes { get; init; }
    public required double StoredBytes { get; init; }

    public double EngineCores(double rate) => rate * EngineMicros / MicrosPerSecond / Utilization;

    public double ClickHouseCores(double rate) => rate * ClickHouseMicros / MicrosPerSecond / Utilization;

    public double Cores(double rate) => EngineCores(rate) + ClickHouseCores(rate);

    public double DollarsPerMonth(double rate) => Cores(rate) * DollarsPerCoreHour * HoursPerMonth;

    /// <summary>The same at any rate: processor time is what is paid for.</summary>
    public double DollarsPerBillion() =>
        1e9 * (EngineMicros + ClickHouseMicros) / MicrosPerSecond / 3_600 / Utilization * DollarsPerCoreHour;

    public double ReceivedGigabits(double rate) => rate * ReceivedBytes * 8 / 1e9;

    public double JournalMegabytes(double rate) => rate * JournalBytes / 1e6;

    public double StoredTerabytesPerMonth(double rate) => rate * StoredBytes * 3_600 * HoursPerMonth / 1e12;
}
