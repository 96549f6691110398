using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;
using static Attribution.Engine.Tests.Workers.WorkerRig;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// What a worker adds to the pure function: histories that change after the conversion, persons that turn
/// out to be one, in one shard and across two, and repetitions. Each test reads the rows that ClickHouse
/// would be left with.
/// </remarks>
public class ShardWorkerTests
{
    [Fact]
    public async Task Conversion_AfterATouch_IsAttributedUnderEveryModel()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Click("t1", 0, "a"));
        rig.Handle(Event("c1", "purchase", 10, (EventField.AnonymousId, "a")));

        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();

        Assert.Equal(6, rows.Count);
        Assert.All(rows.Values, credits => Assert.Equal("t1:1000000", credits));
        Assert.Equal(["t1", "c1"], rig.Landed("events"));
    }

    [Fact]
    public async Task LateTouch_WithinItsWindow_ChangesConversionsAlreadyMade()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Click("t1", 0, "a"));
        rig.Handle(Event("c1", "purchase", 10, (EventField.AnonymousId, "a")));
        rig.Handle(Click("late", 5, "a"));
        rig.Handle(Click("after", 11, "a"));
        rig.Handle(Click("long-after", 71, "a"));

        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();

        Assert.Equal("late:1000000", rows[("c1", "last")]);
        Assert.Equal("t1:500000 late:500000", rows[("c1", "linear")]);

        // The one within the hour stands in the evidence as rejected; the last one changes nothing at all.
        Assert.Equal(2, rig.Worker.ReattributedCount);
    }

    [Fact]
    public async Task Login_AfterTheTouch_MakesItCount()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Click("t1", 0, "visitor"));
        rig.Handle(Event("c1", "purchase", 10, (EventField.UserId, "user-1")));
        rig.Handle(Event(
            "login", "identify", 20, (EventField.UserId, "user-1"), (EventField.AnonymousId, "visitor")));

        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();

        Assert.All(rows.Values, credits => Assert.Equal("t1:1000000", credits));
        Assert.Equal(["login"], rig.Landed("identities"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Merge_AcrossShards_MovesTheJourney(int number)
    {
        await using var rig = new WorkerRig(shards: 3);
        string[] anonymous = [.. Enumerable.Range(0, 6).Select(i => $"device-{number}-{i}")];
        for (int i = 0; i < anonymous.Length; i++)
            rig.Handle(Click($"touch-{i}", i, anonymous[i]));
        rig.Handle(Event("c1", "signup", 60, (EventField.UserId, "user-1")));
        foreach (string id in anonymous)
            rig.Handle(Event(
                $"link-{id}", "identify", 70, (EventField.UserId, "user-1"), (EventField.AnonymousId, id)));

        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();

        Assert.Equal("touch-0:1000000", rows[("c1", "first")]);
        Assert.Equal("touch-5:1000000", rows[("c1", "last")]);
        Assert.Equal(
            "touch-0:166667 touch-1:166667 touch-2:166667 touch-3:166667 touch-4:166666 touch-5:166666",
            rows[("c1", "linear")]);
    }

    [Fact]
    public async Task Repetition_OfAnEvent_IsPassedOver()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Click("t1", 0, "a"));
        EventRecord again = rig.Handle(Click("t1", 3, "a"));
        rig.Handle(Event("c1", "purchase", 10, (EventField.AnonymousId, "a")));
        rig.Handle(Event("c1", "purchase", 10, (EventField.AnonymousId, "a")));

        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();

        Assert.True(again.IsDuplicate);
        Assert.Equal(2, rig.Identity.DuplicateCount);
        Assert.Equal(["t1", "c1"], rig.Landed("events"));
        Assert.Equal("t1:1000000", rows[("c1", "linear")]);
    }

    [Fact]
    public async Task SameId_InAnotherProject_IsAnotherEventOfAnotherPerson()
    {
        await using var rig = new WorkerRig();
        rig.Handle(Click("same", 0, "a"));
        EventRecord other = rig.Handle(Click("same", 0, "a").With(EventField.Project, "other"));
        rig.Handle(Event(
            "c1", "purchase", 10, (EventField.AnonymousId, "a"), (EventField.Project, "third")));

        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();

        Assert.False(other.IsDuplicate);
        Assert.Equal(":1000000", rows[("c1", "last")]);
    }

    [Fact]
    public async Task DeadLetter_IsWrittenAndHasNoPerson()
    {
        await using var rig = new WorkerRig(shards: 2);
        SampleEvent letter = Event("", "why", 0, (EventField.Properties, "{"));
        letter.Header.Kind = EventKind.Rejected;
        rig.Handle(letter);
        rig.Handle(letter);

        await rig.Sink.DrainAsync();

        Assert.Equal(2, rig.Landed("dead_letters").Count());
        Assert.Empty(rig.Landed("events"));
    }

    private static SampleEvent Click(string id, long minute, string anonymous) => Event(
        id, "click", minute, (EventField.AnonymousId, anonymous), (EventField.Source, "google"),
        (EventField.Medium, "cpc"), (EventField.Campaign, "spring"));
}
