using Attribution.ClickHouse.Compression;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers.Support;
using Attribution.Model.Events;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// From the slot through identity and worker into blocks, on the thread that does it: after warm-up not a
/// byte is allocated for an event, a conversion or its rows.
/// </remarks>
public class WorkerAllocationTests
{
    [Fact]
    public async Task EventsAndConversions_AfterWarmUp_AllocateNothing()
    {
        await using var rig = new WorkerRig(new DroppingTransport(), shards: 1);
        EventRecord click = WorkerRig
            .Event("t", "click", 0, (EventField.AnonymousId, "a"), (EventField.Source, "google"))
            .ToRecord(out byte[] clickBytes);
        EventRecord purchase = WorkerRig
            .Event("c", "purchase", 5, (EventField.AnonymousId, "a"))
            .ToRecord(out byte[] purchaseBytes);
        click.ComputeHashes(clickBytes);
        purchase.ComputeHashes(purchaseBytes);
        ulong next = 1;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            // New ids and persons each time: the tables grow, which must not allocate either.
            next++;
            Handle(rig, click, clickBytes, next);
            Handle(rig, purchase, purchaseBytes, next);
        });

        Assert.Equal(0, allocated);
        Assert.True(rig.Worker.AttributionRowCount >= 6 * 80);
    }

    /// <remarks>
    /// The same for what only other configs keep: milestones, installs, touches that come by address and
    /// device, before the install and after it.
    /// </remarks>
    [Fact]
    public async Task MilestonesAndMatches_AfterWarmUp_AllocateNothing()
    {
        await using var rig = new WorkerRig(
            new DroppingTransport(), shards: 1, Configs.Everything,
            WorkerRig.Small with { MaxMatchesPerDevice = 8 });
        (EventRecord Record, byte[] Bytes)[] events =
        [
            .. ((string[])["click", "open", "demo", "install", "purchase", "click", "lead"]).Select(
                (type, i) => Prepare(type, minute: type == "click" ? i : 10 + i)),
        ];
        ulong next = 1;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            foreach ((EventRecord record, byte[] bytes) in events)
            {
                // Clicks are another person's than the install they match.
                next++;
                FieldSlice id = record.Header.Fields[(int)EventField.EventId];
                next.TryFormat(bytes.AsSpan(id.Offset, 8), out _, "x8");
                Handle(rig, record, bytes, next);
            }
        });

        Assert.Equal(0, allocated);
        Assert.True(rig.Worker.MatchCount > 80);
        Assert.True(rig.Worker.ReattributedCount > 80);
    }

    private static (EventRecord Record, byte[] Bytes) Prepare(string type, long minute)
    {
        SampleEvent sample = WorkerRig.Event(
            "00000000-an-event-id-that-goes-to-the-heap", type, minute, (EventField.AnonymousId, "a"),
            (EventField.Source, "google"), (EventField.UserAgent, "Android 14"));
        sample.Header.IpLow = 42;
        EventRecord record = sample.ToRecord(out byte[] bytes);
        record.ComputeHashes(bytes);
        return (record, bytes);
    }

    private static void Handle(WorkerRig rig, EventRecord record, byte[] bytes, ulong number)
    {
        record.EventIdHash += number;
        record.AnonymousIdHash = number * 0x9E3779B97F4A7C15;
        rig.Handle(record, bytes);
    }

    /// <summary>Takes every block at once and keeps nothing.</summary>
    private sealed class DroppingTransport : IInsertTransport
    {
        public ValueTask<InsertAnswer> InsertAsync(
            string table, CompressedBlock block, string token, CancellationToken cancel) =>
            new(InsertAnswer.Landed);

        public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
            throw new InvalidOperationException("Every insert landed; nobody should ask.");
    }
}
