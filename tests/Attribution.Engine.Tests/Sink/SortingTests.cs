using System.Text;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>
/// Blocks are sent in the order of their table's key, which must be the key that the schema names; which rows
/// an insert holds, and its token, do not depend on it.
/// </remarks>
public class SortingTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    public static TheoryData<string> Tables => ["events", "attributions", "identities", "dead_letters"];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task SortingKey_OfEachBlock_IsThatOfItsTable(string table)
    {
        SinkBlock block = table switch
        {
            "events" => new EventsBlock(),
            "attributions" => new AttributionsBlock("c0ffee"u8.ToArray()),
            "identities" => new IdentitiesBlock("c0ffee"u8.ToArray()),
            _ => new DeadLettersBlock(),
        };
        string database = await clickHouse.CreateDatabaseAsync();

        string key = await clickHouse.QueryAsync(
            $"SELECT sorting_key FROM system.tables WHERE database = '{database}' AND name = '{table}'");

        Assert.Equal(
            key.Trim(),
            string.Join(", ", block.SortingKey.Select(
                column => block.Native.Columns.Single(each => each.Column == column).Name)));
    }

    [Fact]
    public async Task Insert_RowsThatCameInAnyOrder_HoldsThemInTheOrderOfTheKey()
    {
        const int events = 500;
        var transport = new ScriptedTransport();
        await using var sink = new SinkTest(transport);
        var random = new Random(3);
        for (int sequence = 0; sequence < events; sequence++)
        {
            long millis = SampleEvent.Noon + random.Next(40);
            sink.WriteEvent(sequence, $"event-{random.Next(1_000)}", millis);
            AttributionRows.Write(sink.Writer, $"c{random.Next(1_000)}", millis, sequence, touches: 2);
        }

        await sink.DrainAsync();

        foreach (string table in (string[])["events", "attributions"])
        {
            SentInsert insert = Assert.Single(transport.Landed, insert => insert.Table == table);
            Assert.Equal(
                Enumerable.Range(0, events).Select(sequence => (long)sequence),
                insert.Rows.Select(row => row.Sequence).Order());
            Assert.Equal(
                insert.Rows
                    .OrderBy(row => row.Time)
                    .ThenBy(row => row.EventId, StringComparer.Ordinal)
                    .ThenBy(row => row.Sequence),
                insert.Rows);
        }
    }

    [Fact]
    public async Task Letter_OfTwoRowsOfOneEvent_IsOneWhereverTheyLie()
    {
        var transport = new ScriptedTransport(insert =>
            insert.Table == "attributions" && insert.Rows.Any(row => row.Sequence == 7)
                ? ScriptedEnd.Refused(469)
                : ScriptedEnd.Landed);
        await using var sink = new SinkTest(transport);
        foreach ((string id, long sequence) in (ReadOnlySpan<(string, long)>)[("a", 7), ("c", 7), ("b", 8)])
            AttributionRows.Write(sink.Writer, id, SampleEvent.Noon, sequence, touches: 1);

        await sink.DrainAsync();

        SentRow letter = Assert.Single(transport.LandedRows("dead_letters"));
        string body = Encoding.Latin1.GetString(Convert.FromBase64String(letter.Body));
        Assert.Equal(7, letter.Sequence);
        Assert.Contains("\u0001a\u0001c", body, StringComparison.Ordinal);
        Assert.Single(transport.LandedRows("attributions"));
    }
}
