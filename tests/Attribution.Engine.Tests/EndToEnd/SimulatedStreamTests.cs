using System.Globalization;
using System.Text.Json;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Model.Configs;
using Attribution.Simulator;
using Attribution.Simulator.Truths;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// A simulated world goes in over HTTP, late, doubled, out of order and with wrong clocks; what ClickHouse
/// then holds is compared id by id with what was sent, and credit by credit with an independent attribution.
/// </remarks>
public class SimulatedStreamTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly SimulatorOptions Small = new()
    {
        Seed = 7,
        Events = 20_000,
        End = DateTimeOffset.UtcNow,
        DuplicatesPerThousand = 30,
    };

    /// <summary>What happens to the engine in the middle of the stream.</summary>
    public enum Interruption
    {
        None,

        /// <summary>It stops without sending what it has: the journal must bring it back.</summary>
        Crash,

        /// <summary>It drains, and its journal is gone: the tables must bring everything back.</summary>
        JournalLost,

        /// <summary>It drains and writes a snapshot: that alone must bring everything back.</summary>
        Snapshot,
    }

    [Fact]
    public async Task Stream_IntoTheEngine_EveryIdOnce_RevenueExact_CreditsAsComputedIndependently()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        SimulatedWorld world = SimulatedWorld.Read(
            Small, sentMillis: DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        await using EngineHost engine = await EngineHost.StartAsync(
            EngineHost.Options(clickHouse, database, folder.Path));
        foreach (ReadOnlyMemory<byte> body in world.Bodies)
            await engine.PostAsync(body);
        DrainReport report = await engine.DrainAsync();

        Assert.True(report.IsComplete);
        Assert.Equal(0, report.Unsent);
        await AssertEventsAsync(engine.Client, world);
        await AssertRevenueAsync(engine.Client, world.Truth);
        await AssertCreditsAsync(engine.Client, world);
        await AssertReporterAsync(database, world.Truth);
    }

    [Theory]
    [InlineData(1, Interruption.None)]
    [InlineData(3, Interruption.None)]
    [InlineData(2, Interruption.Crash)]
    [InlineData(3, Interruption.JournalLost)]
    [InlineData(2, Interruption.Snapshot)]
    public async Task Attributions_WhateverTheShardsAndRestarts_AreTheSameRows(
        int shards, Interruption interruption)
    {
        SimulatedWorld world = SimulatedWorld.Read(
            Small with
            {
                Events = 6_000,
                SkewedPerThousand = 0,
                End = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
            },
            sentMillis: null);
        string expected = await DigestAsync(world, shards: 2, Interruption.None);

        Assert.Equal(expected, await DigestAsync(world, shards, interruption));
    }

    private async Task<string> DigestAsync(SimulatedWorld world, int shards, Interruption interruption)
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options =
            EngineHost.Options(clickHouse, database, folder.Path) with { Shards = shards };
        int half = world.Bodies.Count / 2;
        EngineHost engine = await EngineHost.StartAsync(options);
        for (int i = 0; i < half; i++)
            await engine.PostAsync(world.Bodies[i]);
        if (interruption is Interruption.JournalLost or Interruption.Snapshot)
            await engine.DrainAsync();
        if (interruption == Interruption.Snapshot)
            Assert.True(await engine.Pipeline.SaveAsync(CancellationToken.None));
        if (interruption != Interruption.None)
            await engine.DisposeAsync();
        if (interruption == Interruption.JournalLost)
            Directory.Delete(Path.Combine(folder.Path, "journal"), recursive: true);
        if (interruption != Interruption.None)
            engine = await EngineHost.StartAsync(options);
        if (interruption == Interruption.Snapshot)
            Assert.True(engine.Pipeline.Recovery.Report.SnapshotPersons > 0);

        await using (engine)
        {
            for (int i = half; i < world.Bodies.Count; i++)
                await engine.PostAsync(world.Bodies[i]);
            await engine.DrainAsync();
            string digest = await engine.Client.ScalarAsync<string>(
                "SELECT concat(toString(count()), ' rows ', toString(groupBitXor(cityHash64("
                + "conversion_id, conversion_time, model, config, person, user_id, revenue, currency,"
                + " touches, touch_times, touch_types, channels, sources, mediums, campaigns,"
                + " credits, credit_values, evidence)))) FROM attributions FINAL");
            string events = await engine.Client.ScalarAsync<string>(
                "SELECT concat(toString(count()), ' ', toString(uniqExact(event_id)), ' ',"
                + " toString(groupBitXor(cityHash64(event_id, timestamp, type, revenue))))"
                + " FROM events FINAL");
            return $"{digest}; events {events}";
        }
    }

    /// <summary>What the analyst reads equals what is true, to the last of the four decimals.</summary>
    private async Task AssertReporterAsync(string database, Truth truth)
    {
        foreach (string model in AttributionConfig.Web.Models.Select(model => model.Name))
        {
            JsonElement[] channels = await ReporterProcess.JsonAsync(
                clickHouse.Endpoint, database, "channels", "--model", model, "--from", "60d");
            Assert.Equal(truth.Conversions, channels.Sum(row => row.GetProperty("credit").GetDecimal()));
            foreach ((string currency, long revenue) in truth.ConversionRevenueTenThousandths)
            {
                decimal value = channels.Sum(row => row.GetProperty("value_" + currency).GetDecimal());
                Assert.Equal(revenue / 10_000m, value);
            }
        }
    }

    private static async Task AssertEventsAsync(ClickHouseClient client, SimulatedWorld world)
    {
        var stored = new List<string>();
        await using (Rows rows = await client.QueryAsync("SELECT event_id FROM events FINAL", null, default))
        {
            await foreach (Row row in rows)
                stored.Add(row.GetString(0));
        }

        stored.Sort(StringComparer.Ordinal);
        Assert.Equal(world.Distinct.Select(e => e.EventId).Order(StringComparer.Ordinal), stored);
        Assert.Equal(0ul, await client.ScalarAsync<ulong>("SELECT count() FROM dead_letters"));
    }

    private static async Task AssertRevenueAsync(ClickHouseClient client, Truth truth)
    {
        const string byModel =
            "SELECT model, currency, toInt64(sum(arraySum(credit_values)) * 10000) AS value, "
            + "toInt64(sum(revenue) * 10000) AS revenue_sum FROM attributions FINAL "
            + "WHERE revenue != 0 GROUP BY model, currency";
        int groups = 0;
        await using Rows rows = await client.QueryAsync(byModel, null, default);
        await foreach (Row row in rows)
        {
            long expected = truth.ConversionRevenueTenThousandths[row.GetString("currency")];
            Assert.Equal(expected, row.GetInt64("revenue_sum"));
            Assert.Equal(expected, row.GetInt64("value"));
            groups++;
        }

        Assert.Equal(6 * truth.ConversionRevenueTenThousandths.Count(pair => pair.Value != 0), groups);
    }

    private static async Task AssertCreditsAsync(ClickHouseClient client, SimulatedWorld world)
    {
        Dictionary<string, SimulatedEvent> sent = world.Distinct.ToDictionary(e => e.EventId);
        var expected = NaiveAttribution.Compute(await ReadEventsAsync(client, sent));
        const string sql =
            "SELECT conversion_id, model, touches, credits, channels, arraySum(credits) AS total "
            + "FROM attributions FINAL";
        int compared = 0;
        await using Rows rows = await client.QueryAsync(sql, null, default);
        await foreach (Row row in rows)
        {
            Assert.Equal(1_000_000ul, row.GetUInt64("total"));
            var key = (row.GetString("conversion_id"), row.GetString("model"));
            string[] touches = row.GetArray<string>("touches");
            uint[] credits = row.GetArray<uint>("credits");
            AssertShares(key, expected[key], [.. touches.Zip(credits, (t, c) => (t, (long)c))]);
            IEnumerable<string?> channels =
                touches.Select(t => t.Length == 0 ? "Unattributed" : sent[t].Channel);
            Assert.Equal(channels, row.GetArray<string>("channels"));
            compared++;
        }

        Assert.Equal(world.Truth.Conversions * 6, compared);
    }

    private static void AssertShares(
        (string Conversion, string Model) key,
        List<(string Touch, long Credit)> expected,
        List<(string, long)> actual)
    {
        if (key.Model != "time_decay")
        {
            Assert.True(
                expected.SequenceEqual(actual),
                $"{key}: expected {string.Join(' ', expected)} but found {string.Join(' ', actual)}");
            return;
        }

        // The reference rounds in floating point; the engine's weights are fixed-point with a stated error.
        Dictionary<string, long> byTouch = actual.ToDictionary(pair => pair.Item1, pair => pair.Item2);
        Assert.All(expected, pair => Assert.InRange(
            Math.Abs(byTouch.GetValueOrDefault(pair.Touch) - pair.Credit), 0, 3));
    }

    private static async Task<List<StoredEvent>> ReadEventsAsync(
        ClickHouseClient client, Dictionary<string, SimulatedEvent> sent)
    {
        const string sql =
            "SELECT event_id, toUnixTimestamp64Milli(timestamp) AS millis, user_id, anonymous_id, "
            + "device_id FROM events FINAL";
        var events = new List<StoredEvent>();
        await using Rows rows = await client.QueryAsync(sql, null, default);
        await foreach (Row row in rows)
        {
            SimulatedEvent origin = sent[row.GetString(0)];
            long millis = row.GetInt64(1);
            Assert.True(
                Math.Abs(millis - origin.TrueMillis) < 60_000,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{origin.EventId} is {millis - origin.TrueMillis} ms off"));
            events.Add(new StoredEvent(
                origin.EventId, millis, row.GetString(2), row.GetString(3), row.GetString(4),
                origin.IsConversion, origin.Channel));
        }

        return events;
    }
}
