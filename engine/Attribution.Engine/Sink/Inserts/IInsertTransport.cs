using Attribution.ClickHouse.Compression;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>How an insert ended, as far as we know.</summary>
public enum InsertResult : byte
{
    Landed = 0,

    /// <summary>The server answered with an error; <see cref="InsertOutcome.Code"/> is ClickHouse's.</summary>
    Refused = 1,

    /// <summary>No answer, or not all of it: it may have landed or not.</summary>
    Unknown = 2,
}

/// <summary>What one attempt of an insert came to. A value.</summary>
public readonly record struct InsertOutcome(InsertResult Result, int Code = 0, string Message = "");

/// <summary>
/// The seam between the sink and ClickHouse: one attempt of one insert. Called by several senders at a time.
/// Operating failures are outcomes; an exception is a bug and stops the sink.
/// </summary>
public interface IInsertTransport
{
    Task<InsertOutcome> InsertAsync(string table, CompressedBlock block, string token, CancellationToken cancel);
}
