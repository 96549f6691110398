using System.Collections.Concurrent;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink.Inserts;

namespace Attribution.Engine.Tests.Sink.Support;

/// <summary>One row that came with an insert, as far as the tests look at it.</summary>
internal sealed record SentRow(
    string Table, string EventId, long Sequence, DateTime Time, string Body, string Reason, ulong Block);

/// <summary>One attempt of an insert; its block is the id that all its rows carry.</summary>
internal sealed record SentInsert(string Table, string Token, byte[] Bytes, IReadOnlyList<SentRow> Rows)
{
    public ulong Block => Assert.Single(Rows.Select(static row => row.Block).Distinct());
}

/// <summary>
/// How a script wants an attempt to end: with its rows in the table or without, and what is answered.
/// </summary>
internal sealed record ScriptedEnd(bool Lands, InsertAnswer Answer)
{
    public static readonly ScriptedEnd Landed = new(true, new InsertAnswer(InsertOutcome.Classify(null)));

    public static readonly ScriptedEnd Lost = Failed(lands: false, new IOException("connection reset"));

    /// <summary>The rows are stored and nobody is told.</summary>
    public static readonly ScriptedEnd LandedUnseen = Failed(lands: true, new TimeoutException("no answer"));

    public static ScriptedEnd Refused(int code) =>
        Failed(lands: false, new ClickHouseException(code, "refused"));

    private static ScriptedEnd Failed(bool lands, Exception error) =>
        new(lands, new InsertAnswer(InsertOutcome.Classify(error), error.Message));
}

/// <summary>
/// A ClickHouse that does with each insert what the test's script says. Reads the blocks it is sent, so a
/// test sees what a server would. Thread-safe where the script is.
/// </summary>
internal sealed class ScriptedTransport(Func<SentInsert, Task<ScriptedEnd>> script) : IInsertTransport
{
    private readonly ConcurrentQueue<SentInsert> _attempts = new();
    private readonly ConcurrentQueue<SentInsert> _landed = new();
    private readonly ConcurrentQueue<BlockQuestion> _questions = new();

    public ScriptedTransport(Func<SentInsert, ScriptedEnd> script)
        : this(insert => Task.FromResult(script(insert)))
    {
    }

    public ScriptedTransport()
        : this(static _ => ScriptedEnd.Landed)
    {
    }

    /// <summary>Told of each row that is in its table from now on.</summary>
    public Action<SentRow>? OnRow { get; init; }

    /// <summary>
    /// What is answered to a question of which the true number of rows is given; null for the truth.
    /// </summary>
    public Func<BlockQuestion, long, BlockCount>? Answer { get; init; }

    public IReadOnlyList<SentInsert> Attempts => [.. _attempts];

    public IReadOnlyList<BlockQuestion> Questions => [.. _questions];

    public IReadOnlyList<SentInsert> Landed => [.. _landed];

    public IEnumerable<SentRow> LandedRows(string table) =>
        Landed.Where(insert => insert.Table == table).SelectMany(static insert => insert.Rows);

    public async ValueTask<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel)
    {
        byte[] bytes = block.Bytes.ToArray();
        using var frames = new FrameStream(new MemoryStream(bytes));
        var insert = new SentInsert(table, token, bytes, await ReadRowsAsync(table, frames));
        _attempts.Enqueue(insert);

        ScriptedEnd end = await script(insert).WaitAsync(cancel);
        if (end.Lands)
        {
            _landed.Enqueue(insert);
            foreach (SentRow row in insert.Rows)
                OnRow?.Invoke(row);
        }

        return end.Answer;
    }

    public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel)
    {
        _questions.Enqueue(question);
        DateTime from = DateTime.UnixEpoch.AddMilliseconds(question.FromMillis);
        DateTime through = DateTime.UnixEpoch.AddMilliseconds(question.ThroughMillis);
        long rows = LandedRows(question.Table)
            .Count(row => row.Block == question.Id && row.Time >= from && row.Time <= through);
        return Task.FromResult(
            Answer?.Invoke(question, rows) ?? new BlockCount(ScriptedEnd.Landed.Answer.Outcome, rows));
    }

    public static async Task<IReadOnlyList<SentRow>> ReadRowsAsync(string table, Stream native)
    {
        var rows = new List<SentRow>();
        var reader = new BlockReader(native);
        while (await reader.ReadAsync())
        {
            for (int row = 0; row < reader.Block.RowCount; row++)
                rows.Add(Read(table, reader.Block, row));
        }

        return rows;
    }

    private static SentRow Read(string table, ReadBlock block, int row)
    {
        (string id, string time) = table switch
        {
            "events" => ("event_id", "timestamp"),
            "attributions" => ("conversion_id", "conversion_time"),
            "identities" => ("event_id", "linked_at"),
            _ => ("project", "received_at"),
        };
        bool isLetter = table == "dead_letters";
        long sequence = table == "attributions"
            ? (long)block["version"].GetUInt64(row)
            : (long)block["sequence"].GetUInt64(row);
        return new SentRow(table, block[id].GetString(row), sequence, block[time].GetDateTime(row),
            isLetter ? Convert.ToBase64String(block["body"].GetBytes(row)) : "",
            isLetter ? block["reason"].GetString(row) : "", block["block"].GetUInt64(row));
    }
}
