using System.Runtime.CompilerServices;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers.Support;
using Attribution.Engine.Workers;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using static Attribution.Engine.Tests.Workers.WorkerRig;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// The one thing that may tell a stream's row from a replay's is a bound that dropped something: then the row
/// says so. And nothing is written again that cannot have changed.
/// </remarks>
public class HistoryBoundsTests
{
    private const int Day = 24 * 60;

    [Fact]
    public void PersonState_StaysSmall() => Assert.Equal(48, Unsafe.SizeOf<PersonState>());

    [Theory]
    [InlineData("everything", "open", 50, 1)]
    [InlineData("everything", "install", 50, 1)]
    [InlineData("everything", "signup", 50, 1)]
    [InlineData("everything", "install", 150, 0)]
    [InlineData("everything", "open", 150, 0)]
    [InlineData("mmp", "install", 50, 1)]
    [InlineData("web", "lead", 50, 0)]
    [InlineData("web", "open", 50, 0)]
    [InlineData("web", "install", 50, 0)]
    [InlineData("web", "click", 50, 1)]
    [InlineData("web", "click", 159, 1)]
    [InlineData("web", "click", 161, 0)]
    [InlineData("web", "click", 100 - (37 * Day), 1)]
    [InlineData("web", "click", 99 - (37 * Day), 0)]
    public async Task Event_BesideAConversion_WritesItAgainOnlyWhereItCanChange(
        string config, string type, long minute, int again)
    {
        await using var rig = new WorkerRig(null, shards: 1, Configs.Named(config));
        rig.Handle(Of("c1", "purchase", 100));
        rig.Handle(Of("late", type, minute));

        Assert.Equal(again, rig.Worker.ReattributedCount);
    }

    [Theory]
    [InlineData("everything", 7, 3)]
    [InlineData("mmp", 7, 1)]
    [InlineData("web", 7, 0)]
    public void Milestones_ThatTheConfigRestsOn_AreKeptAndReachForwards(string name, int bits, int kept)
    {
        var needs = new HistoryNeeds(Configs.Named(name));
        using var journeys = new JourneyStore(Small, needs.ReachMillis);
        var intake = new JourneyIntake(journeys, needs);
        EventRecord record = Of("m1", "any", 0).ToRecord(out byte[] bytes);
        record.Person = 7;
        var change = new JourneyChange();

        intake.Add(new EventRole { Milestones = bits }, record, bytes, ref change);

        Assert.Equal(kept == 0, change.IsNothing);
        Assert.Equal(kept, kept == 0 ? 0 : journeys.Milestones(journeys.Person(1)).Length);
        Assert.Equal(kept > 0, change.Reaches(new Conversion { TimeMillis = SampleEvent.Noon }));
        Assert.Equal(
            kept > 0, change.Reaches(new Conversion { TimeMillis = SampleEvent.Noon + needs.ReachMillis }));
        Assert.False(change.Reaches(new Conversion { TimeMillis = SampleEvent.Noon - 1 }));
    }

    [Fact]
    public async Task LateFirstInstall_WritesEveryLaterConversionAgain_HoweverLate()
    {
        await using var rig = new WorkerRig(null, shards: 1, Configs.Everything);
        rig.Handle(Of("i2", "install", 300 * Day));
        rig.Handle(Of("i1", "install", 0));

        Assert.Equal(1, rig.Worker.ReattributedCount);
    }

    [Fact]
    public async Task TouchesBeyondTheBound_AreSaidInTheEvidence()
    {
        await using var rig = new WorkerRig(
            null, shards: 1, options: Small with { MaxTouchesPerPerson = 3 });
        for (int i = 0; i < 4; i++)
            rig.Handle(Of($"t{i}", "click", i + 10));
        rig.Handle(Of("c1", "purchase", 100));
        rig.Handle(Of("oldest", "click", 1));

        string row = (await rig.RowsAsync())[("c1", "linear")];

        Assert.Contains("\"dropped_touches\":2", row, StringComparison.Ordinal);
        Assert.Contains("\"truncated\":true", row, StringComparison.Ordinal);
        Assert.Equal(2, rig.Worker.Journeys.DroppedTouchCount);
    }

    [Fact]
    public async Task ConversionThatComesLaterThanTheEngineWaits_SaysThatTouchesWereForgotten()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Of("t1", "click", 0));
        rig.Handle(Of("t2", "click", 45 * Day));
        rig.Handle(Of("c1", "purchase", 1));
        rig.Handle(Of("c2", "purchase", 45 * Day));

        Dictionary<(string, string), string> rows = await rig.RowsAsync();

        Assert.Contains("\"dropped_touches\":1", rows[("c1", "last")], StringComparison.Ordinal);
        Assert.DoesNotContain("dropped", rows[("c2", "last")], StringComparison.Ordinal);
        Assert.Equal(0, rig.Worker.Journeys.DroppedTouchCount);
    }

    /// <remarks>A login may change a conversion of long ago, so what it rests on is kept with it.</remarks>
    [Fact]
    public async Task Merge_LongAfterAConversion_StillFindsItsTouches()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Of("t1", "click", 0));
        rig.Handle(Of("c1", "purchase", Day));
        rig.Handle(Of("t2", "click", 200 * Day));
        rig.Handle(Event("t3", "click", Day / 2, (EventField.UserId, "user-1"), (EventField.Source, "x")));
        rig.Handle(Event(
            "login", "identify", 300 * Day, (EventField.UserId, "user-1"), (EventField.AnonymousId, "a")));

        Assert.Equal("t1:500000 t3:500000", (await rig.AttributionsAsync())[("c1", "linear")]);
    }

    [Fact]
    public async Task MilestonesBeyondTheBound_AreSaidInTheEvidence()
    {
        await using var rig = new WorkerRig(
            null, shards: 1, Configs.Everything, Small with { MaxMilestonesPerPerson = 2 });
        for (int i = 0; i < 2; i++)
            rig.Handle(Of($"m{i}", "open", i));
        rig.Handle(Of("c1", "purchase", 100));
        rig.Handle(Of("m2", "open", 2));
        rig.Handle(Of("c2", "purchase", 101));
        rig.Handle(Of("c3", "purchase", 30 * Day));

        Dictionary<(string, string), string> rows = await rig.RowsAsync();

        Assert.Contains("may_be_incomplete", rows[("c1", "last")], StringComparison.Ordinal);
        Assert.Contains("may_be_incomplete", rows[("c2", "last")], StringComparison.Ordinal);
        Assert.DoesNotContain("may_be_incomplete", rows[("c3", "last")], StringComparison.Ordinal);
        Assert.Equal(1, rig.Worker.Journeys.DroppedMilestoneCount);
    }

    [Theory]
    [InlineData("web", false)]
    [InlineData("everything", true)]
    public async Task ConversionsBeyondTheBound_GoOldestFirst_ButInstallsLast(string config, bool isMarked)
    {
        await using var rig = new WorkerRig(
            null, shards: 1, Configs.Named(config), Small with { MaxConversionsPerPerson = 3 });
        rig.Handle(Of("i1", "install", 0));
        for (int i = 0; i < 4; i++)
            rig.Handle(Of($"c{i}", "purchase", 10 + i));
        rig.Handle(Of("c-old", "purchase", 5));

        string[] kept = Kept(rig);
        Dictionary<(string, string), string> rows = await rig.RowsAsync();

        Assert.Equal(["i1", "c2", "c3"], kept);
        Assert.Equal(3, rig.Worker.Journeys.DroppedConversionCount);
        Assert.Contains(("c-old", "last"), rows.Keys);
        Assert.Equal(isMarked, rows[("c3", "last")].Contains("may_be_incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MatchesBeyondTheBound_AreSaidInTheEvidence()
    {
        await using var rig = new WorkerRig(
            null, shards: 2, Configs.Mmp, Small with { MaxMatchesPerDevice = 2 });
        for (int i = 0; i < 3; i++)
            rig.Handle(OnDevice($"t{i}", "click", i, $"visitor-{i}"));
        rig.Handle(OnDevice("i1", "install", 10, "installer"));
        rig.Handle(Of("c1", "purchase", 10));

        Dictionary<(string, string), string> rows = await rig.RowsAsync();

        Assert.Contains("\nt1|", rows[("i1", "linear")], StringComparison.Ordinal);
        Assert.DoesNotContain("\nt0|", rows[("i1", "linear")], StringComparison.Ordinal);
        Assert.Contains("may_be_incomplete", rows[("i1", "linear")], StringComparison.Ordinal);
        Assert.DoesNotContain("may_be_incomplete", rows[("c1", "linear")], StringComparison.Ordinal);
        Assert.Equal(2, rig.Workers.Sum(worker => worker.MatchCount));
        Assert.All(rig.Workers, worker => Assert.Equal(1, worker.DroppedMatchCount));
    }

    [Fact]
    public async Task Match_WhosePersonsTurnOutToBeOne_IsAnIdsMatchFromThenOn()
    {
        await using var rig = new WorkerRig(null, shards: 3, Configs.Mmp);
        rig.Handle(OnDevice("t1", "click", 0, "visitor"));
        rig.Handle(OnDevice("i1", "install", 10, "installer"));
        Assert.Equal([true], Touches(rig).Select(touch => touch.IsProbabilistic));

        rig.Handle(Event(
            "login", "identify", 20, (EventField.AnonymousId, "visitor"), (EventField.DeviceId, "d")));
        rig.Handle(Event(
            "login-2", "identify", 21, (EventField.AnonymousId, "installer"), (EventField.DeviceId, "d")));

        Assert.Equal([false], Touches(rig).Select(touch => touch.IsProbabilistic));
    }

    [Fact]
    public async Task WebProfile_MatchesNothingByDevice()
    {
        await using var rig = new WorkerRig();
        rig.Handle(OnDevice("t1", "click", 0, "visitor"));
        rig.Handle(OnDevice("i1", "install", 10, "installer"));

        Assert.Equal(":1000000", (await rig.AttributionsAsync())[("i1", "linear")]);
        Assert.Equal(0, rig.Worker.MatchCount);
    }

    private static SampleEvent Of(string id, string type, long minute) => Event(
        id, type, minute, (EventField.AnonymousId, "a"), (EventField.Source, type == "click" ? "x" : ""));

    private static SampleEvent OnDevice(string id, string type, long minute, string anonymous)
    {
        SampleEvent made = Event(
            id, type, minute, (EventField.AnonymousId, anonymous), (EventField.UserAgent, "Android 14"),
            (EventField.Source, type == "click" ? "x" : ""));
        made.Header.IpLow = 42;
        return made;
    }

    private static string[] Kept(WorkerRig rig)
    {
        JourneyStore journeys = rig.Worker.Journeys;
        Conversion[] kept = journeys.Conversions(journeys.Person(1)).ToArray();
        return [.. kept.Select(conversion =>
            System.Text.Encoding.UTF8.GetString(journeys.Texts.EventId(conversion.EventId, new byte[36])))];
    }

    /// <summary>Touches of those who have conversions.</summary>
    private static IEnumerable<Touch> Touches(WorkerRig rig)
    {
        foreach (ShardWorker worker in rig.Workers)
        {
            for (int place = 1; place <= worker.Journeys.PersonCount; place++)
            {
                if (worker.Journeys.Person(place).ConversionCount == 0)
                    continue;
                foreach (Touch touch in worker.Journeys.Touches(worker.Journeys.Person(place)).ToArray())
                    yield return touch;
            }
        }
    }
}
