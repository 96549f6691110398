using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using static Attribution.Engine.Tests.Workers.WorkerRig;

namespace Attribution.Engine.Tests.Identity;

/// <remarks>
/// Which ids an event has is the model's; here it is what the stage makes of them: one link to the strongest
/// for each, the persons that end by it, and what it counts.
/// </remarks>
public class IdentityStageTests
{
    private static readonly AttributionConfig LinksAll = new()
    {
        Identity = new IdentityConfig { LinksClickIds = true },
    };

    [Fact]
    public async Task Event_WithSevenIds_MergesSixPersonsIntoTheSmallest()
    {
        await using var rig = new WorkerRig(null, shards: 3, LinksAll);
        string[] ids = ["u1", "d1", "a1", "u2", "d2", "a2", "c1"];
        EventField[] fields = [EventField.UserId, EventField.DeviceId, EventField.AnonymousId];
        for (int i = 0; i < 6; i++)
            rig.Handle(Event($"alone-{i}", "click", i, (fields[i % 3], ids[i])));
        rig.Handle(Event("alone-6", "click", 6, (EventField.ClickId, "c1")));

        EventRecord all = rig.Handle(Event(
            "all", "purchase", 9, (EventField.UserId, "u1"), (EventField.DeviceId, "d1"),
            (EventField.AnonymousId, "a1"), (EventField.ClickId, "c1"),
            (EventField.InstallReferrer, "user_id=u2&device_id=d2&anonymous_id=a2")));

        ulong project = EventHash.Project("default"u8);
        IdKind[] kinds = [IdKind.User, IdKind.Device, IdKind.Anonymous];
        ulong[] hashes =
        [
            .. ids.Select((id, i) =>
                EventHash.Id(project, i == 6 ? IdKind.Click : kinds[i % 3], Encoding.UTF8.GetBytes(id))),
        ];
        Assert.Equal(hashes.Min(), all.Person);
        Assert.Equal(6, all.MergedCount);
        ulong[] merged = [.. Enumerable.Range(0, 6).Select(i => all.Merged[i])];
        Assert.Equal(hashes.Where(hash => hash != all.Person).Order(), merged.Order());
        Assert.Equal(6, rig.Identity.MergeCount);
        Dictionary<(string, string), string> rows = await rig.AttributionsAsync();
        Assert.StartsWith("alone-0:", rows[("all", "linear")], StringComparison.Ordinal);
        Assert.Equal(7, rows[("all", "linear")].Split(' ').Length);
    }

    [Fact]
    public async Task LinkRows_NameKindsTextsAndRules_TheReferrersDecoded()
    {
        var transport = new ScriptedTransport();
        await using var rig = new WorkerRig(transport, shards: 1);
        rig.Handle(Event(
            "e1", "install", 0, (EventField.DeviceId, "d1"), (EventField.AnonymousId, "null"),
            (EventField.InstallReferrer, "utm_source=x&user_id=u%2F1&anonymous_id=a+1")));
        await rig.Sink.DrainAsync();

        string[] columns = ["id_kind", "id", "other_kind", "other_id", "rules"];
        var links = new List<string>();
        foreach (SentInsert insert in transport.Landed.Where(insert => insert.Table == "identities"))
        {
            using var frames = new FrameStream(new MemoryStream(insert.Bytes));
            var reader = new BlockReader(frames);
            while (await reader.ReadAsync())
            {
                for (int row = 0; row < reader.Block.RowCount; row++)
                    links.Add(string.Join(' ', columns.Select(c => reader.Block[c].GetString(row))));
            }
        }

        // In the order of the table's key, where kinds go by their numbers.
        Assert.Equal(["user u/1 anonymous a 1 c0ffee", "user u/1 device d1 c0ffee"], links);
    }

    [Fact]
    public async Task IdsThatSayNothing_AreCountedAndMakeNobodyOne()
    {
        await using var rig = new WorkerRig();
        EventRecord first = rig.Handle(Event(
            "e1", "click", 0, (EventField.UserId, "NULL"), (EventField.AnonymousId, "a1")));
        EventRecord second = rig.Handle(Event(
            "e2", "click", 1, (EventField.UserId, "null"), (EventField.AnonymousId, "a2")));
        EventRecord alone = rig.Handle(Event("e3", "click", 2, (EventField.UserId, "undefined")));
        EventRecord other = rig.Handle(Event("e4", "click", 2, (EventField.UserId, "undefined")));

        Assert.Equal(4, rig.Identity.IgnoredIdCount);
        Assert.Equal(0, rig.Identity.MergeCount);
        Assert.Equal(4, new[] { first, second, alone, other }.Select(e => e.Person).Distinct().Count());
    }

    [Fact]
    public async Task Links_BeyondThePersonsBound_AreRefusedAndCounted()
    {
        var config = new AttributionConfig { Identity = new IdentityConfig { MaxIdsPerPerson = 2 } };
        await using var rig = new WorkerRig(null, shards: 1, config);
        EventRecord first = rig.Handle(Event(
            "e1", "click", 0, (EventField.UserId, "u1"), (EventField.AnonymousId, "a1")));
        EventRecord second = rig.Handle(Event(
            "e2", "click", 0, (EventField.UserId, "u1"), (EventField.AnonymousId, "a2")));
        EventRecord third = rig.Handle(Event("e3", "click", 0, (EventField.AnonymousId, "a2")));

        Assert.Equal(1, rig.Identity.TooLargeCount);
        Assert.Equal(0, rig.Identity.FullCount);
        Assert.Equal(first.Person, second.Person);
        Assert.NotEqual(first.Person, third.Person);
        Assert.Equal(0, second.MergedCount);
    }
}
