using System.Text.Json;
using Attribution.Simulator.Streaming;
using Attribution.Simulator.Tests.Support;
using Attribution.Simulator.Truths;

namespace Attribution.Simulator.Tests;

public class EventStreamTests
{
    [Fact]
    public void Stream_OfSeed7_HasTheseBytes()
    {
        Assert.Equal(
            "b6992563ee5d33efe5ec48c9f7d3b7415e116e357a2e797e45ffeff61aeff414",
            Worlds.Sha256(Worlds.Options()));
    }

    [Fact]
    public void Stream_OfAnotherSeed_Differs()
    {
        Assert.NotEqual(Worlds.Sha256(Worlds.Options(2_000)), Worlds.Sha256(Worlds.Options(2_000, seed: 8)));
    }

    [Fact]
    public void Stream_OfTwoSeeds_SharesNoId()
    {
        HashSet<string> ids = [.. IdsOf(SimulatedWorld.Read(Worlds.Options(2_000)))];

        Assert.DoesNotContain(IdsOf(SimulatedWorld.Read(Worlds.Options(2_000, seed: 8))), ids.Contains);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(997)]
    public void Stream_OfSoManyEvents_HoldsExactlyThose(long events)
    {
        SimulatedWorld world = SimulatedWorld.Read(Worlds.Options(events));

        Assert.Equal(events, world.Distinct.Select(e => e.EventId).Distinct().Count());
        Assert.Equal(events, world.Truth.Events);
    }

    [Fact]
    public void Stream_InOrderOfDelivery_NeverGoesBackAndDeliversNothingBeforeItHappened()
    {
        SimulatedWorld world = SimulatedWorld.Read(Worlds.Options());

        Assert.All(world.Delivered, e => Assert.True(e.DeliveredMillis >= e.TrueMillis));
        Assert.All(
            world.Delivered.Zip(world.Delivered.Skip(1)),
            pair => Assert.True(pair.First.DeliveredMillis <= pair.Second.DeliveredMillis));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(3)]
    public void Stream_OfSoManyDays_FillsThemAndNoMore(int days)
    {
        SimulatorOptions options = Worlds.Options() with { Days = days };
        SimulatedWorld world = SimulatedWorld.Read(options);
        long[] times = [.. world.Delivered.Select(e => e.TrueMillis)];
        long end = Worlds.End.ToUnixTimeMilliseconds();

        long start = end - (days * Time.DayMillis);
        Assert.InRange(times.Min(), start, start + Time.DayMillis);
        Assert.InRange(times.Max(), end - Time.DayMillis, end);
        Assert.Equal(days, times.Select(t => (end - t) / Time.DayMillis).Distinct().Count(day => day < days));
    }

    [Fact]
    public void Stream_SomeEvents_ComeAfterLaterEventsOfTheSamePerson()
    {
        SimulatedWorld world = SimulatedWorld.Read(Worlds.Options());
        int late = world.Distinct.GroupBy(e => e.Person).Sum(person => person
            .Zip(person.Skip(1), (first, second) => first.TrueMillis > second.TrueMillis ? 1 : 0).Sum());

        Assert.InRange(late, 100, 2_000);
    }

    [Fact]
    public void Shares_AsConfigured_AreMet()
    {
        SimulatorOptions options = Worlds.Options(50_000) with
        {
            DuplicatesPerThousand = 40,
            LatePerThousand = 100,
            SkewedPerThousand = 200,
            RefundsPerThousand = 300,
        };
        Truth truth = SimulatedWorld.Read(options).Truth;

        Assert.InRange(truth.Duplicates, 1_800, 2_200);
        Assert.InRange(truth.Late, 4_600, 5_400);
        Assert.InRange(truth.Skewed, 9_000, 11_000);
        Assert.InRange(truth.EventsByType["refund"] / (double)truth.EventsByType["purchase"], 0.15, 0.3);
    }

    [Fact]
    public void Shares_SetToNothing_LeaveAPlainStream()
    {
        SimulatorOptions options = Worlds.Options(5_000) with
        {
            DuplicatesPerThousand = 0,
            LatePerThousand = 0,
            SkewedPerThousand = 0,
            RefundsPerThousand = 0,
        };
        SimulatedWorld world = SimulatedWorld.Read(options);

        Assert.Equal(5_000, world.Delivered.Count);
        Assert.All(world.Delivered, e => Assert.InRange(e.DeliveredMillis - e.TrueMillis, 0, 3_000));
        Assert.All(ReceivedEvent.Read(world.Bodies), e => Assert.Null(e.SentMillis));
        Assert.DoesNotContain("refund", world.Truth.EventsByType.Keys);
    }

    [Fact]
    public void Conversions_OfTheDefaultWorld_AreThreeToFourInAHundred()
    {
        Truth truth = SimulatedWorld.Read(Worlds.Options(100_000)).Truth;

        Assert.InRange(truth.Conversions / (double)truth.Events, 0.03, 0.04);
        Assert.Equal(["install", "purchase", "signup", "subscribe"], truth.ConversionsByType.Keys);
    }

    [Fact]
    public void Body_NdJson_HoldsTheSameEventsAsAnArray()
    {
        var array = new EventBody();
        var lines = new EventBody(BodyFormat.NdJson);
        Fill(array, 50);
        Fill(lines, 50);

        using var document = JsonDocument.Parse(array.Bytes);
        string[] expected = [.. document.RootElement.EnumerateArray().Select(e => e.GetRawText())];
        string text = System.Text.Encoding.UTF8.GetString(lines.Bytes.Span);
        Assert.Equal(expected, text.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Body_StampedAtSomeMoment_CorrectsEveryClock()
    {
        const long now = 1_800_000_000_000;
        SimulatorOptions options = Worlds.Options(3_000) with { SkewedPerThousand = 500 };
        SimulatedWorld world = SimulatedWorld.Read(options, sentMillis: now);

        ReceivedEvent[] received = [.. ReceivedEvent.Read(world.Bodies)];
        Assert.Contains(received, e => e.SentMillis is not null);
        foreach ((SimulatedEvent sent, ReceivedEvent got) in world.Delivered.Zip(received))
        {
            Assert.Equal(sent.SkewMillis == 0, got.SentMillis is null);
            Assert.Equal(sent.TrueMillis, got.TimestampMillis + now - (got.SentMillis ?? now));
        }
    }

    [Fact]
    public void Stream_AfterWarmUp_AllocatesAlmostNothingPerEvent()
    {
        const int measured = 50_000;
        var stream = new EventStream(Worlds.Options(200_000));
        var body = new EventBody();
        for (int i = 0; i < 100_000; i++)
            Append(stream, body);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < measured; i++)
            Append(stream, body);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Half of the stream is over, so the queue is as long as it will be; growing once more is allowed
        // for.
        Assert.InRange(allocated / (double)measured, 0, 20);
    }

    private static IEnumerable<string> IdsOf(SimulatedWorld world) => world.Delivered
        .SelectMany(e => (string[])[e.EventId, e.UserId, e.AnonymousId, e.DeviceId])
        .Where(id => id.Length > 0);

    private static void Append(EventStream stream, EventBody body)
    {
        if (body.Count == 100)
            body.Clear();
        stream.TryAppendTo(body);
    }

    private static void Fill(EventBody body, int events)
    {
        var stream = new EventStream(Worlds.Options(1_000));
        while (body.Count < events)
            Assert.True(stream.TryAppendTo(body));
    }
}
