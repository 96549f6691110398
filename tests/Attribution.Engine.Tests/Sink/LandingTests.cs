using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>
/// What the real ClickHouse says to a row, a table or an insert that is not as it should be.
/// </remarks>
public class LandingTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int Rows = 1_000;

    [Fact]
    public async Task Insert_RowsViolateAConstraint_LandAsDeadLettersThatClickHouseCanRead()
    {
        await using ClickHouseClient client = await NewClientAsync();
        await client.ExecuteAsync(
            "ALTER TABLE events ADD CONSTRAINT no_poison CHECK event_id NOT LIKE 'poison%'");
        await using var sink = new SinkTest(new ClickHouseTransport(client));
        for (int sequence = 0; sequence < Rows; sequence++)
            sink.WriteEvent(sequence, sequence % 400 == 7 ? $"poison-{sequence}" : null);
        sink.Writer.Processed(Rows - 1);

        await sink.DrainAsync();

        Assert.Equal("997\t997", await TextAsync(client, "SELECT count(), uniqExact(sequence) FROM events"));
        Assert.Equal(
            "default\t7\tclickhouse: code 469: row of events as a Native block\n"
            + "default\t407\tclickhouse: code 469: row of events as a Native block\n"
            + "default\t807\tclickhouse: code 469: row of events as a Native block",
            await TextAsync(client, "SELECT project, sequence, reason FROM dead_letters ORDER BY sequence"));
        string body = await TextAsync(client, "SELECT hex(body) FROM dead_letters WHERE sequence = 407");
        Assert.Equal("poison-407\t407\n",
            await clickHouse.QueryAsync($"SELECT event_id, sequence FROM format(Native, unhex('{body}'))"));
        Assert.Equal(Rows - 1, sink.Pipeline.Watermark);
    }

    [Fact]
    public async Task Insert_TableIsAway_LandsOnceItIsBack()
    {
        await using ClickHouseClient client = await NewClientAsync();
        await client.ExecuteAsync("RENAME TABLE events TO events_away");
        await using var sink = new SinkTest(new ClickHouseTransport(client));
        sink.WriteEvent(0);
        sink.Writer.Flush();
        await SinkTest.UntilAsync(() => !sink.Pipeline.Stats.IsHealthy);

        await client.ExecuteAsync("RENAME TABLE events_away TO events");
        await sink.DrainAsync();

        Assert.Equal("1", await TextAsync(client, "SELECT count() FROM events"));
        Assert.StartsWith("code 60: ", sink.Pipeline.Stats.Events.LastError, StringComparison.Ordinal);
    }

    /// <remarks>
    /// The server forgets its tokens, as it does in a power failure: what keeps each row single is the
    /// question.
    /// </remarks>
    [Fact]
    public async Task Insert_AnswersAreLost_LeavesEachRowOnce()
    {
        await using ClickHouseClient client = await NewClientAsync();
        foreach (string table in (string[])["events", "attributions", "identities", "dead_letters"])
            await client.ExecuteAsync(
                $"ALTER TABLE {table} MODIFY SETTING non_replicated_deduplication_window = 0");
        var transport = new ForgetfulTransport(new ClickHouseTransport(client));
        await using var sink = new SinkTest(transport, SinkTest.QuickRetry with { MaxBatchRows = 100 });
        long[] times = [946_684_800_000, SampleEvent.Noon, 4_107_542_399_999];
        for (int sequence = 0; sequence < Rows; sequence++)
            sink.WriteEvent(sequence, timestampMillis: times[sequence % times.Length] + sequence);
        AttributionRows.Write(sink.Writer, "c", SampleEvent.Noon, sequence: Rows);
        EventRecord record = new SampleEvent("e").ToRecord(out byte[] bytes);
        sink.Writer.WriteIdentity(IdKind.User, "u"u8, IdKind.Device, "d"u8, in record, bytes, Rows);
        sink.Writer.WriteDeadLetter(in record, bytes, Rows);

        await sink.DrainAsync();

        Assert.Equal(sink.Pipeline.Stats.Events.Blocks, sink.Pipeline.Stats.Events.Found);
        Assert.Equal(
            $"{Rows}\t{Rows}", await TextAsync(client, "SELECT count(), uniqExact(event_id) FROM events"));
        foreach (string table in (string[])["attributions", "identities", "dead_letters"])
            Assert.Equal(
                "1\t1", await TextAsync(client, $"SELECT count(), countIf(block != 0) FROM {table}"));
    }

    [Fact]
    public async Task Count_TableIsAway_IsAnOutcomeAndNoException()
    {
        await using ClickHouseClient client = await NewClientAsync();
        var transport = new ClickHouseTransport(client);

        BlockCount away = await transport.CountAsync(
            new BlockQuestion("nowhere", 1, "timestamp", 0, 1), CancellationToken.None);
        BlockCount none = await transport.CountAsync(
            new BlockQuestion("events", ulong.MaxValue, "timestamp", 0, SampleEvent.Noon),
            CancellationToken.None);

        Assert.False(away.IsKnown);
        Assert.Equal(60, away.Outcome.Code);
        Assert.Equal(new BlockCount(ScriptedEnd.Landed.Answer.Outcome, 0), none);
    }

    [Fact]
    public async Task Insert_NobodyListens_IsAnOutcomeAndNoException()
    {
        var nowhere = new ClickHouseOptions { Endpoint = new Uri("http://127.0.0.1:1") };
        await using var client = new ClickHouseClient(nowhere);

        InsertAnswer answer = await new ClickHouseTransport(client).InsertAsync(
            "events", new CompressedBlock(), "token", CancellationToken.None);

        Assert.False(answer.HasLanded);
        Assert.False(answer.Outcome.RowsAtFault);
        Assert.NotEmpty(answer.Message);
    }

    private async Task<ClickHouseClient> NewClientAsync() => new(new ClickHouseOptions
    {
        Endpoint = clickHouse.Endpoint,
        Database = await clickHouse.CreateDatabaseAsync(),
    });

    private Task<string> TextAsync(ClickHouseClient client, string sql) =>
        TestQueries.TextAsync(clickHouse, client.Options.Database, sql);

    /// <summary>Loses the first answer to every insert. Thread-safe.</summary>
    private sealed class ForgetfulTransport(ClickHouseTransport inner) : IInsertTransport
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _seen = new();

        public async ValueTask<InsertAnswer> InsertAsync(
            string table, CompressedBlock block, string token, CancellationToken cancel)
        {
            InsertAnswer answer = await inner.InsertAsync(table, block, token, cancel);
            return _seen.TryAdd(token, true) ? ScriptedEnd.LandedUnseen.Answer : answer;
        }

        public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
            inner.CountAsync(question, cancel);
    }
}
