using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// What one attempt of an insert came to, and the server's or the system's words for it. A value.
/// </summary>
public readonly record struct InsertAnswer(InsertOutcome Outcome, string Message = "")
{
    public static readonly InsertAnswer Landed = new(InsertOutcome.Classify(null));

    public bool HasLanded => Outcome.Verdict == InsertVerdict.Landed;
}

/// <summary>
/// The seam between the sink and ClickHouse: one attempt of one insert, and the question whether an earlier
/// one landed. Called by several senders at a time. Operating failures are answers; an exception is a bug and
/// stops the sink.
/// </summary>
public interface IInsertTransport
{
    /// <param name="block">Stays the sender's, and unchanged until the task ends.</param>
    /// <param name="token">
    /// Stands for these bytes for ever; see <see cref="InsertOptions.DeduplicationToken"/>.
    /// </param>
    ValueTask<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel);

    /// <summary>Counts what the table holds of an insert whose outcome is not known.</summary>
    Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel);
}
