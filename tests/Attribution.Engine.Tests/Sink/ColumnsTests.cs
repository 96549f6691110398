using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;
using Attribution.Testing;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>
/// Writes rows through the sink into the real ClickHouse and reads every column back: a column that is
/// swapped, shifted by a row, of a wrong type or scale does not survive this.
/// </remarks>
public class ColumnsTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int Events = 400;

    [Fact]
    public async Task WriteEvent_AnyEvent_LandsAsWritten()
    {
        await using ClickHouseClient client = await NewClientAsync();
        SinkOptions options = SinkTest.QuickRetry with { MaxBatchRows = 64 };
        await using var sink = new SinkTest(new ClickHouseTransport(client), options);
        SampleEvent[] samples = [.. SampleEvents.Any().Sample(Events)];
        for (int sequence = 0; sequence < samples.Length; sequence++)
        {
            samples[sequence].With(EventField.EventId, $"event-{sequence}");
            EventRecord record = samples[sequence].ToRecord(out byte[] bytes);
            sink.Writer.WriteEvent(in record, bytes, sequence);
        }

        await sink.DrainAsync();

        int rows = 0;
        await foreach (ReadBlock block in client.QueryBlocksAsync("SELECT * FROM events ORDER BY sequence"))
        {
            for (int row = 0; row < block.RowCount; row++)
                AssertLanded(samples[rows++], rows - 1, block, row);
        }

        Assert.Equal(Events, rows);
    }

    [Fact]
    public async Task WriteDeadLetter_AnyBytes_LandsAsWritten()
    {
        await using ClickHouseClient client = await NewClientAsync();
        await using var sink = new SinkTest(new ClickHouseTransport(client));
        byte[] body = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];
        var sample = new SampleEvent("") { [EventField.Properties] = body };
        sample.With(EventField.Type, "timestamp: not RFC 3339").Header.Flags = EventFlags.Truncated;
        EventRecord record = sample.ToRecord(out byte[] bytes);
        sink.Writer.WriteDeadLetter(in record, bytes, 77);

        await sink.DrainAsync();

        Assert.Equal(
            $"default\t{SampleEvent.Noon}\t77\ttimestamp: not RFC 3339\t{Convert.ToHexString(body)}\ttrue",
            await TextAsync(client, """
                SELECT project, toUnixTimestamp64Milli(received_at), sequence, reason, hex(body), truncated
                FROM dead_letters
                """));
    }

    [Fact]
    public async Task WriteIdentity_Link_LandsAsWritten()
    {
        await using ClickHouseClient client = await NewClientAsync();
        await using var sink = new SinkTest(new ClickHouseTransport(client));
        EventRecord record = new SampleEvent("e1").ToRecord(out byte[] bytes);
        sink.Writer.WriteIdentity(IdKind.User, "ü-1"u8, IdKind.Device, "d-1"u8, in record, bytes, 5);
        sink.Writer.WriteIdentity(IdKind.Click, "c-1"u8, IdKind.Anonymous, ""u8, in record, bytes, 6);

        await sink.DrainAsync();

        Assert.Equal(
            $"default\tuser\tü-1\tdevice\td-1\t{SampleEvent.Noon}\te1\t5\tc0ffee\n"
            + $"default\tclick\tc-1\tanonymous\t\t{SampleEvent.Noon}\te1\t6\tc0ffee",
            await TextAsync(client, """
                SELECT project, id_kind, id, other_kind, other_id, toUnixTimestamp64Milli(linked_at),
                    event_id, sequence, rules
                FROM identities ORDER BY sequence
                """));
    }

    [Fact]
    public async Task BeginAttribution_RowsWithAndWithoutTouches_LandAsWritten()
    {
        await using ClickHouseClient client = await NewClientAsync();
        await using var sink = new SinkTest(new ClickHouseTransport(client));
        AttributionRows.Write(sink.Writer, "c0", SampleEvent.Noon, sequence: 1, touches: 0);
        AttributionRows.Write(sink.Writer, "c1", SampleEvent.Noon, sequence: 2, touches: 2);

        await sink.DrainAsync();

        const string Plain = "purchase\t1772366400000\tlinear\tc0ffee";
        const string Owner = "18446744073709551615\tuser\t123.4567\tEUR";
        const string Evidence = "{\"rule\":\"linear\"}";
        Assert.Equal(
            $"default\tc0\t{Plain}\t1\t{Owner}\t[]\t[]\t[]\t[]\t[]\t[]\t[]\t[]\t[]\t{Evidence}\n"
            + $"default\tc1\t{Plain}\t2\t{Owner}\t['touch-0','touch-1']\t[1772366400000,1772366399999]\t"
            + "['click','click']\t['Paid Search','Paid Search']\t['google','google']\t['cpc','cpc']\t"
            + $"['campaign-0','campaign-1']\t[0,1]\t[0,-0.0001]\t{Evidence}",
            await TextAsync(client, """
                SELECT project, conversion_id, conversion_type, toUnixTimestamp64Milli(conversion_time),
                    model, config, version, person, user_id, revenue, currency, touches,
                    arrayMap(time -> toUnixTimestamp64Milli(time), touch_times), touch_types, channels,
                    sources, mediums, campaigns, credits, credit_values, evidence
                FROM attributions ORDER BY conversion_id
                """));
    }

    private static void AssertLanded(SampleEvent sample, int sequence, ReadBlock block, int row)
    {
        EventHeader header = sample.Header;
        Assert.Equal((ulong)sequence, block["sequence"].GetUInt64(row));
        foreach (EventField field in Enum.GetValues<EventField>())
        {
            string column = ColumnOf(field);
            bool isEqual = block[column].GetBytes(row).SequenceEqual(sample[field]);
            Assert.True(isEqual, $"{column} of event {sequence}");
        }

        Assert.Equal(header.TimestampMillis, block.Values<long>("timestamp")[row]);
        Assert.Equal(header.ReceivedMillis, block.Values<long>("received_at")[row]);
        Assert.Equal((object?)Sent(header), block["sent_at"].GetValue(row));
        Assert.Equal((object?)Revenue(header), block["revenue"].GetValue(row));
        Assert.Equal(SampleEvents.CurrencyOf(header), block["currency"].GetString(row));
        byte[] address = [.. BitConverter.GetBytes(header.IpHigh), .. BitConverter.GetBytes(header.IpLow)];
        Assert.True(block["ip"].GetBytes(row).SequenceEqual(address), $"ip of event {sequence}");
    }

    private static DateTime? Sent(EventHeader header) => (header.Flags & EventFlags.HasSentAt) == 0
        ? null
        : DateTime.UnixEpoch.AddMilliseconds(header.SentMillis);

    private static decimal? Revenue(EventHeader header) => (header.Flags & EventFlags.HasRevenue) == 0
        ? null
        : header.RevenueTenThousandths / 10_000m;

    /// <summary>UserId is user_id.</summary>
    private static string ColumnOf(EventField field)
    {
        var column = new StringBuilder();
        foreach (char letter in field.ToString())
        {
            if (char.IsUpper(letter) && column.Length > 0)
                column.Append('_');
            column.Append(char.ToLowerInvariant(letter));
        }

        return column.ToString();
    }

    private async Task<ClickHouseClient> NewClientAsync() => new(new ClickHouseOptions
    {
        Endpoint = clickHouse.Endpoint,
        Database = await clickHouse.CreateDatabaseAsync(),
    });

    /// <summary>The rows as tab-separated text.</summary>
    private Task<string> TextAsync(ClickHouseClient client, string sql) =>
        TestQueries.TextAsync(clickHouse, client.Options.Database, sql);
}
