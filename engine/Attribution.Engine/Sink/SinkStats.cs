using System.Globalization;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Sink.Spill;

namespace Attribution.Engine.Sink;

/// <summary>
/// What one table's inserts came to since the start. Written by senders, read by any thread.
/// </summary>
public sealed class TableStats(string table)
{
    private long _rows;
    private long _blocks;
    private long _sentBytes;
    private long _retries;
    private long _found;
    private long _poisonedRows;
    private int _stuck;
    private volatile string? _lastError;

    public string Table { get; } = table;

    /// <summary>Rows that landed; a poisoned row counts in <c>dead_letters</c>.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Inserts that landed.</summary>
    public long Blocks => Volatile.Read(ref _blocks);

    /// <summary>Compressed bytes of the inserts that landed.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Attempts that did not land and were or will be repeated.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Inserts whose answer was lost and whose rows were found when they were asked for.</summary>
    public long Found => Volatile.Read(ref _found);

    public long PoisonedRows => Volatile.Read(ref _poisonedRows);

    /// <summary>
    /// True while an insert waits for a person: a table is missing, a key is wrong, a disk is full.
    /// </summary>
    public bool IsStuck => Volatile.Read(ref _stuck) > 0;

    /// <summary>The last error, with its code; null if there was none. Kept after it has passed.</summary>
    public string? LastError => _lastError;

    internal void OnLanded(int rows, long sentBytes)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _sentBytes, sentBytes);
        Interlocked.Increment(ref _blocks);
    }

    internal void OnRetry(string error)
    {
        _lastError = error;
        Interlocked.Increment(ref _retries);
    }

    internal void OnFound() => Interlocked.Increment(ref _found);

    internal void OnPoisoned(string error)
    {
        _lastError = error;
        Interlocked.Increment(ref _poisonedRows);
    }

    internal void OnStuck() => Interlocked.Increment(ref _stuck);

    internal void OnUnstuck() => Interlocked.Decrement(ref _stuck);
}

/// <summary>
/// How often and how long writers waited for a block to land. Written by writers, read by any thread.
/// </summary>
public sealed class WaitStats
{
    private long _count;
    private long _totalTicks;
    private int _waiting;

    /// <summary>Waits begun since the start.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>All finished waits together.</summary>
    public TimeSpan Total => new(Volatile.Read(ref _totalTicks));

    /// <summary>Writers waiting right now.</summary>
    public int WaitingCount => Volatile.Read(ref _waiting);

    internal void Enter()
    {
        Interlocked.Increment(ref _count);
        Interlocked.Increment(ref _waiting);
    }

    internal void Leave(TimeSpan waited)
    {
        Interlocked.Decrement(ref _waiting);
        Interlocked.Add(ref _totalTicks, waited.Ticks);
    }
}

/// <summary>The sink's counters and gauges, for metrics and readiness. Read by any thread.</summary>
/// <param name="inserts">Whether ClickHouse takes what it is sent.</param>
public sealed class SinkStats(InsertProgress inserts)
{
    public TableStats Events { get; } = new("events");
    public TableStats Attributions { get; } = new("attributions");
    public TableStats Identities { get; } = new("identities");
    public TableStats DeadLetters { get; } = new("dead_letters");
    public WaitStats WriterWaits { get; } = new();

    public SpillStats Spill { get; } = new();
    public InsertProgress Inserts { get; } = inserts;

    /// <summary>False while any insert waits for a person; readiness follows it.</summary>
    public bool IsHealthy =>
        !Events.IsStuck && !Attributions.IsStuck && !Identities.IsStuck && !DeadLetters.IsStuck;

    /// <summary>What a person should know though events are taken; empty where there is nothing.</summary>
    public string Degradation => Inserts.IsOutage
        ? string.Concat(
            "ClickHouse has not taken inserts for ",
            ((long)Inserts.QuietFor.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            " s; events wait in the journal")
        : "";

    internal TableStats Of(string table) => table switch
    {
        "events" => Events,
        "attributions" => Attributions,
        "identities" => Identities,
        "dead_letters" => DeadLetters,
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "Not a table of the sink."),
    };
}
