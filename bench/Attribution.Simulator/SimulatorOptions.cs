namespace Attribution.Simulator;

/// <summary>
/// What world to simulate. Two runs with equal options give equal bytes on every machine.
/// Immutable: any number of streams may share it.
/// </summary>
public sealed record SimulatorOptions
{
    public const long MaxEvents = 2_000_000_000;
    public const int MaxDays = 3_650;

    public ulong Seed { get; init; } = 1;

    /// <summary>Distinct events to send; re-sent copies come on top.</summary>
    public long Events { get; init; } = 1_000_000;

    /// <summary>Days the events are spread over; the last ends at <see cref="End"/>.</summary>
    public int Days { get; init; } = 30;

    /// <summary>The world's "now", to the millisecond: no event happens after it.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Events per thousand that are sent a second time, unchanged.</summary>
    public int DuplicatesPerThousand { get; init; } = 10;

    /// <summary>Events per thousand that are delivered a minute to three days after they happened.</summary>
    public int LatePerThousand { get; init; } = 30;

    /// <summary>
    /// Persons per thousand whose clock is wrong by up to six hours; their events carry <c>sent_at</c>.
    /// </summary>
    public int SkewedPerThousand { get; init; } = 50;

    /// <summary>
    /// Purchases per thousand that are followed by a <c>refund</c> event with negative revenue.
    /// </summary>
    public int RefundsPerThousand { get; init; } = 20;

    /// <summary>Per cent of a channel's built-in effect, by channel name; absent means 100.</summary>
    public IReadOnlyDictionary<string, int> EffectPercent { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// A channel that is switched off in an otherwise equal world: its touches are neither sent nor felt, so
    /// <see cref="Events"/> counts the events of the world in which it is on.
    /// </summary>
    public string? Without { get; init; }

    internal long EndMillis => End.ToUnixTimeMilliseconds();

    internal long StartMillis => EndMillis - (Days * Time.DayMillis);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Events);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Events, MaxEvents);
        ArgumentOutOfRangeException.ThrowIfLessThan(Days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Days, MaxDays);
        int[] shares = [DuplicatesPerThousand, LatePerThousand, SkewedPerThousand, RefundsPerThousand];
        foreach (int share in shares)
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)share, 1_000u, "PerThousand");
        foreach ((string channel, int percent) in EffectPercent)
        {
            Channels.Number(channel);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)percent, 1_000u, channel);
        }

        if (Without is not null)
            Channels.Number(Without);
    }
}
