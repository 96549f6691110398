using Attribution.ClickHouse.Http;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Which rows of a table an insert is made of. The times, of its first and its last row, spare the server
/// all months and most granules of the table. A value.
/// </summary>
public readonly record struct BlockQuestion(
    string Table, ulong Id, string TimeColumn, long FromMillis, long ThroughMillis);

/// <summary>How many of the rows the table holds, where the outcome is landed; else why nobody knows. A
/// value.</summary>
public readonly record struct BlockCount(InsertOutcome Outcome, long Rows, string Message = "")
{
    public bool IsKnown => Outcome.Verdict == InsertVerdict.Landed;
}
