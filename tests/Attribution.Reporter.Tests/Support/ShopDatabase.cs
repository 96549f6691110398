using System.Buffers;
using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Engine;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Model.Configs;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;
using Attribution.Simulator.Truths;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Sixty days of a simulated shop that sells in dollars and euros, taken in by the engine's own stages and
/// attributed by them, as in production. Equal on every machine; it is only read.
/// </summary>
public sealed class ShopDatabase : TestDatabase
{
    private static readonly SimulatorOptions World = new()
    {
        Seed = 7,
        Events = 60_000,
        Days = 60,
        End = new DateTimeOffset(FixedClock.Now),
    };

    private static readonly string[] Sold = ["US", "DE", "FR"];

    protected override async Task FillAsync()
    {
        string folder = Directory.CreateTempSubdirectory("attribution-shop-").FullName;
        try
        {
            await StreamAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task StreamAsync(string folder)
    {
        HashSet<int> others = Others();
        var options = new EngineOptions { DataFolder = folder, Durability = Durability.None };
        await using var client = new ClickHouseClient(ClickHouse.OptionsFor(Name));
        await using Pipeline pipeline =
            await Pipeline.StartAsync(options, AttributionConfig.Web, client, CancellationToken.None);
        pipeline.Ready();
        var stream = new EventStream(World);
        var body = new EventBody();
        var batch = new EventBatch();
        while (stream.TryAppendTo(body, out SimulatedEvent? described))
        {
            if (!others.Contains(described!.Person))
                await SendAsync(pipeline.Api.Ingestor, body, batch, described.DeliveredMillis);
            body.Clear();
        }

        await pipeline.Recovery.Whole;
        pipeline.Close();
        await pipeline.DrainAsync(CancellationToken.None);
    }

    /// <summary>Received at the moment of its delivery, whatever the clock of this machine shows.</summary>
    private static async Task SendAsync(Ingestor ingestor, EventBody body, EventBatch batch, long millis)
    {
        body.StampSent(millis);
        var context = new IngestContext(new Project("default"), default, millis);
        IngestResult result;
        do
        {
            batch.Clear();
            result = await ingestor.IngestAsync(
                new ReadOnlySequence<byte>(body.Bytes), context, batch, CancellationToken.None);
        }
        while (result.Status == IngestStatus.RingFull);
        Assert.Equal(IngestStatus.Accepted, result.Status);
    }

    /// <summary>Who lives where nothing is sold, by country or currency of any event.</summary>
    private static HashSet<int> Others()
    {
        var others = new HashSet<int>();
        var stream = new EventStream(World);
        var body = new EventBody();
        while (stream.TryAppendTo(body, out SimulatedEvent? described))
        {
            const string Key = "\"country\":\"";
            string text = Encoding.UTF8.GetString(body.Bytes.Span);
            int at = text.IndexOf(Key, StringComparison.Ordinal);
            bool isElsewhere = at >= 0 && !Sold.Contains(text.Substring(at + Key.Length, 2));
            if (isElsewhere || described!.Currency is not ("" or "USD" or "EUR"))
                others.Add(described!.Person);
            body.Clear();
        }

        return others;
    }
}

/// <summary>Classes that ask the same shop, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ShopCollection : ICollectionFixture<ShopDatabase>
{
    public const string Name = "shop";
}
