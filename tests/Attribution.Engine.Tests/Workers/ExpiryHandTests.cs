using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Workers;
using Attribution.Model.Events;
using static Attribution.Engine.Tests.Workers.WorkerRig;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// Whoever is forgotten too early loses credit silently, and whoever never is fills the memory. Steady
/// traffic runs beside a plain model of who may be forgotten; the worker must remember everyone else, and
/// soon no more.
/// </remarks>
public class ExpiryHandTests
{
    private const int Day = 24 * 60;

    /// <summary>Twice the web profile's window of 30 days, and 7 for what comes late.</summary>
    private const int KeepDays = 67;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SteadyTraffic_KeepsWhoCanStillConcernAConversion_AndNotManyMore(int seed)
    {
        await using var rig = new WorkerRig();
        var random = new Random(seed);
        var lastSeen = new Dictionary<ulong, (int Day, int Touches)>();
        for (int day = 0; day < 300; day++)
        {
            for (int i = 0; i < 40; i++)
            {
                string person = $"p{(day * 4) + random.Next(80)}";
                EventRecord record = rig.Handle(Live($"e{day}-{i}", "click", day * Day, person));
                lastSeen[record.Person] = (day, lastSeen.GetValueOrDefault(record.Person).Touches + 1);
            }

            AssertNobodyIsMissing(rig.Worker.Journeys, lastSeen, day - KeepDays - 1);
        }

        int alive = lastSeen.Values.Count(seen => seen.Day >= 300 - KeepDays - 1);
        JourneyStore journeys = rig.Worker.Journeys;
        Assert.InRange(journeys.PersonCount, alive, alive * 5 / 4);
        Assert.Equal(lastSeen.Count - journeys.PersonCount, rig.Worker.ExpiredPersonCount);
        Assert.Equal(
            lastSeen.Where(pair => journeys.Find(pair.Key) != 0).Sum(pair => pair.Value.Touches),
            journeys.TouchCount);
        Assert.Equal(0, journeys.DroppedTouchCount + journeys.DroppedPersonCount);
    }

    [Fact]
    public async Task PastEvents_ThatComeInNow_AreKeptAsLongAsEventsMayBeLate()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Past("t1", "click", 0, received: 400 * Day));
        PassRounds(rig, 400);
        rig.Handle(Past("c1", "purchase", Day, received: 407 * Day));
        PassRounds(rig, 407);
        Assert.Equal(0, rig.Worker.ExpiredPersonCount);

        PassRounds(rig, 420);
        rig.Handle(Past("c2", "purchase", 2 * Day, received: 420 * Day));

        Assert.Equal(1, rig.Worker.ExpiredPersonCount);
        Dictionary<(string, string), string> rows = await rig.RowsAsync();
        Assert.Contains("\nt1|", rows[("c1", "linear")], StringComparison.Ordinal);
        Assert.DoesNotContain("may_be_incomplete", rows[("c1", "linear")], StringComparison.Ordinal);
        Assert.Contains("may_be_incomplete", rows[("c2", "linear")], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Installs_WhereTheConfigRestsOnThem_AreKeptForEver()
    {
        await using var rig = new WorkerRig(null, shards: 1, Support.Configs.Everything);
        EventRecord install = rig.Handle(Past("i1", "install", 0, received: 0));
        rig.Handle(Past("c1", "purchase", 1, received: 0));
        rig.Handle(Past("t1", "click", 2, received: 0));
        PassRounds(rig, 900);
        PassRounds(rig, 910);

        JourneyStore journeys = rig.Worker.Journeys;
        ref PersonState person = ref journeys.Person(journeys.Find(install.Person));
        Assert.Equal(install.Person, person.Key);
        Assert.Equal((1, 0, 0), (person.ConversionCount, person.TouchCount, person.MilestoneCount));
        Assert.Equal(0, rig.Worker.ExpiredPersonCount);
    }

    /// <summary>So many events of another person that the hand passes everyone.</summary>
    private static void PassRounds(WorkerRig rig, int day)
    {
        for (int i = 0; i < 256; i++)
            rig.Handle(Live($"other-{day}-{i}", "visit", day * Day, "other"));
    }

    private static void AssertNobodyIsMissing(
        JourneyStore journeys, Dictionary<ulong, (int Day, int Touches)> lastSeen, int fromDay)
    {
        foreach ((ulong key, (int day, int touches)) in lastSeen)
        {
            int place = journeys.Find(key);
            Assert.True(day < fromDay || place != 0, $"a person last seen on day {day} is missing");
            if (place != 0)
                Assert.Equal(touches, journeys.Person(place).TouchCount);
        }
    }

    private static SampleEvent Live(string id, string type, int minute, string person) =>
        Event(id, type, minute, (EventField.AnonymousId, person), (EventField.Source, "x"))
            .ReceivedAt(SampleEvent.Noon + (minute * 60_000L));

    private static SampleEvent Past(string id, string type, int minute, int received) =>
        Event(id, type, minute, (EventField.AnonymousId, "a"), (EventField.Source, "x"))
            .ReceivedAt(SampleEvent.Noon + (received * 60_000L));
}
