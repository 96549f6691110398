using Attribution.ClickHouse.Compression;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.Sink.Support;
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

    private static void Handle(WorkerRig rig, EventRecord record, byte[] bytes, ulong number)
    {
        record.EventIdHash += number;
        record.AnonymousIdHash = number * 0x9E3779B97F4A7C15;
        rig.Handle(record, bytes);
    }

    /// <summary>Takes every block at once and keeps nothing.</summary>
    private sealed class DroppingTransport : IInsertTransport
    {
        private static readonly Task<InsertAnswer> Landed = Task.FromResult(ScriptedEnd.Landed.Answer);

        public Task<InsertAnswer> InsertAsync(
            string table, CompressedBlock block, string token, CancellationToken cancel) => Landed;
    }
}
