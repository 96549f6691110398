using System.Globalization;

namespace Attribution.Engine;

/// <summary>What a run did and how it ended. Immutable.</summary>
internal sealed record DrainReport
{
    public required long Events { get; init; }

    public required long Conversions { get; init; }

    /// <summary>Events not yet durable in ClickHouse; the journal holds them.</summary>
    public required long Unsent { get; init; }

    /// <summary>False where time ran out first.</summary>
    public required bool IsComplete { get; init; }

    public string Describe(TimeSpan took)
    {
        string ending = IsComplete && Unsent == 0
            ? "all of it is in ClickHouse"
            : string.Create(
                CultureInfo.InvariantCulture, $"{Unsent:N0} wait in the journal for the next start");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"stopped in {took.TotalSeconds:F1} s: {Events:N0} events, {Conversions:N0} conversions; "
            + $"{ending}");
    }
}
