namespace Attribution.Bench.Load;

/// <summary>What load to put on the engine. Immutable.</summary>
internal sealed record LoadSettings
{
    public required Uri Engine { get; init; }
    public required Uri ClickHouse { get; init; }
    public required string Database { get; init; }
    public required string? Key { get; init; }

    /// <summary>Length of each measured phase.</summary>
    public required int Seconds { get; init; }

    public required int BatchEvents { get; init; }
    public required int Connections { get; init; }

    /// <summary>Requests sent on a connection before the first is answered.</summary>
    public required int Pipelined { get; init; }

    /// <summary>
    /// Events per second over all connections, sent when they are due: an answer's latency counts from then,
    /// so a stall is felt by every request it delays. 0 sends the next request when one was answered.
    /// </summary>
    public required int Rate { get; init; }

    /// <summary>Persons the events are spread over, evenly.</summary>
    public required int Persons { get; init; }

    /// <summary>What time events carry.</summary>
    public EventClock Clock { get; init; } = EventClock.Wall;

    /// <summary>Threads that send; each has connections of its own.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seconds of the same load before anything is measured.</summary>
    public int WarmUpSeconds { get; init; }

    /// <summary>Whether events are marked and looked for in ClickHouse while the load goes on.</summary>
    public bool SamplesVisible { get; init; }

    /// <summary>
    /// Shares of <see cref="Rate"/> that are measured one after another, of what a closed loop reaches where
    /// no rate is given; none: the rate alone. Marked events are not sent in that closed loop.
    /// </summary>
    public IReadOnlyList<double> Steps { get; init; } = [];
}
