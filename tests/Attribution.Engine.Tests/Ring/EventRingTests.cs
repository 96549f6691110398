using System.Runtime.CompilerServices;
using Attribution.Model.Events;
using Attribution.Ring;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Ring;

public class EventRingTests
{
    private const int Slots = 8;
    private const int ArenaBytes = 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1L << 53)]
    public void TryClaim_FirstSequence_IsHonoured(long first)
    {
        EventRing ring = Create(first, out Sequence consumer);
        Assert.Equal(first - 1, ring.Cursor);
        Assert.Equal(first - 1, consumer.Value);

        for (long next = first; next < first + (10 * Slots); next += 4)
        {
            Assert.True(ring.TryClaim(4, 300, out EventClaim claim));
            Assert.Equal((next, 4, 300), (claim.First, claim.Count, claim.Bytes));
            ring.Publish(claim);
            consumer.SetValue(claim.Last);
        }
    }

    [Fact]
    public void TryClaim_SlotsFull_RefusesUntilTheConsumerMoves()
    {
        EventRing ring = Create(0, out Sequence consumer);
        Assert.True(ring.TryClaim(6, 0, out EventClaim claim));
        ring.Publish(claim);

        Assert.False(ring.TryClaim(3, 0, out EventClaim refused));
        Assert.Equal(0, refused.Count);
        Assert.Equal(5, ring.Cursor);
        consumer.SetValue(0);

        Assert.True(ring.TryClaim(3, 0, out claim));
        Assert.Equal(6, claim.First);
        Assert.Equal(1, ring.Fill);
    }

    [Fact]
    public void TryClaim_ArenaFull_RefusesUntilTheConsumerPassesWholeClaims()
    {
        EventRing ring = Create(0, out Sequence consumer);
        Assert.True(ring.TryClaim(3, 600, out EventClaim first));
        ring.Publish(first);
        Assert.False(ring.TryClaim(1, 600, out _));

        // In the middle of the claim: its bytes may still be read.
        consumer.SetValue(1);
        Assert.False(ring.TryClaim(1, 600, out _));
        consumer.SetValue(2);
        Assert.True(ring.TryClaim(1, 600, out EventClaim second));

        Assert.Equal(3, second.First);
        Assert.Equal(ArenaBytes, second.ArenaOffset);
        Assert.Equal(600, ring.ClaimBytes(second).Length);
    }

    [Fact]
    public void TryClaim_SlotsUsedAgainBeforeTheirBytesWereReclaimed_KeepsTheBytesInUse()
    {
        EventRing ring = Create(0, out Sequence consumer);
        for (int i = 0; i < 2 * Slots; i++)
        {
            Assert.True(ring.TryClaim(1, i < Slots ? 10 : 100, out EventClaim claim));
            ring.Publish(claim);
            if (i == Slots - 1)
                consumer.SetValue(claim.Last);
        }

        Assert.Equal(1, ring.Fill);
        consumer.SetValue(Slots);

        // 700 bytes are in use, in slots that have overwritten what was known of the lap before.
        Assert.False(ring.TryClaim(1, 700, out _));
    }

    [Fact]
    public void TryClaim_OfTheWholeRing_FitsWheneverItIsEmpty()
    {
        EventRing ring = Create(0, out Sequence consumer);
        for (int i = 1; i < 50; i++)
        {
            Assert.True(ring.TryClaim(1, i * 7, out EventClaim small));
            ring.Publish(small);
            consumer.SetValue(small.Last);
            Assert.True(ring.TryClaim(Slots, ArenaBytes, out EventClaim whole));
            Assert.Equal(1, ring.Fill);
            Assert.False(ring.TryClaim(1, 0, out _));
            ring.Publish(whole);
            consumer.SetValue(whole.Last);
            Assert.Equal(0, ring.Fill);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(Slots + 1, 0)]
    [InlineData(1, -1)]
    [InlineData(1, ArenaBytes + 1)]
    public async Task TryClaim_LargerThanTheRingOrNothing_IsAnArgumentError(int events, int bytes)
    {
        EventRing ring = Create(0, out _);

        Assert.Throws<ArgumentOutOfRangeException>(() => ring.TryClaim(events, bytes, out _));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await ring.WaitForRoomAsync(events, bytes, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task WaitForRoomAsync_ForBytes_CompletesWhenTheyAreFree()
    {
        EventRing ring = Create(0, out Sequence consumer);
        Assert.True(ring.TryClaim(1, 1000, out EventClaim claim));
        ring.Publish(claim);
        Assert.False(await ring.WaitForRoomAsync(1, 100, TimeSpan.FromMilliseconds(3), default));
        Task<bool> wait = ring.WaitForRoomAsync(1, 100, Limit, default).AsTask();

        consumer.SetValue(0);

        Assert.True(await wait);
        Assert.True(ring.TryClaim(1, 100, out _));
    }

    [Fact]
    public async Task WaitForRoomAsync_BehindAProcessor_CompletesAsItAdvances()
    {
        EventRing ring = Create(0, out _, gated: false);
        using var proceed = new ManualResetEventSlim();
        var handler = new DelegateHandler((_, _) => proceed.Wait(Limit));
        var processor = new BatchProcessor("slow", ring.NewBarrier(), handler);
        ring.AddGatingSequences(processor.Sequence);
        Assert.True(ring.TryClaim(Slots, ArenaBytes, out EventClaim claim));
        ring.Publish(claim);
        processor.Start();
        Task<bool> wait = ring.WaitForRoomAsync(Slots, ArenaBytes, Limit, default).AsTask();
        Assert.False(wait.IsCompleted);

        proceed.Set();

        Assert.True(await wait);
        processor.DrainAndStop();
    }

    [Fact]
    public void AddGatingSequences_Late_ProtectsWhatComesAfter()
    {
        EventRing ring = Create(0, out _, gated: false);
        for (int i = 0; i < 3 * Slots; i++)
        {
            Assert.True(ring.TryClaim(1, 900, out EventClaim early));
            ring.Publish(early);
        }

        var late = new Sequence();
        ring.AddGatingSequences(late);

        Assert.Equal((3 * Slots) - 1, late.Value);
        Assert.True(ring.TryClaim(1, 900, out EventClaim claim));
        ring.Publish(claim);
        Assert.False(ring.TryClaim(1, 900, out _));
        late.SetValue(claim.Last);
        Assert.True(ring.TryClaim(1, 900, out _));
    }

    [Fact]
    public void ClaimFillPublishRead_AfterWarmUp_AllocateNothing()
    {
        EventRing ring = Create(0, out Sequence consumer);
        SequenceBarrier barrier = ring.NewBarrier();
        long sum = 0;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                ring.TryClaim(2, 100, out EventClaim claim);
                ring.ClaimBytes(claim).Fill((byte)i);
                for (long sequence = claim.First; sequence <= claim.Last; sequence++)
                {
                    ring[sequence].ArenaOffset = claim.ArenaOffset;
                    ring[sequence].Header.BytesLength = 100;
                }

                ring.Publish(claim);
                barrier.TryWaitFor(claim.First, 100, TimeSpan.Zero, out long last);
                sum += ring.Bytes(ring[last])[99];
                consumer.SetValue(last);
                barrier.Advanced();
            }
        });

        Assert.Equal(0, allocated);
        Assert.NotEqual(0, sum);
    }

    [Fact]
    public void Slot_Size_IsWhatTheOptionsSay()
    {
        Assert.InRange(Unsafe.SizeOf<EventRecord>() * new EventRingOptions().Slots, 15_000_000, 17_000_000);
    }

    private static EventRing Create(long first, out Sequence consumer, bool gated = true)
    {
        var ring = new EventRing(new EventRingOptions
        {
            Slots = Slots,
            ArenaBytes = ArenaBytes,
            FirstSequence = first,
        });
        consumer = new Sequence();
        if (gated)
            ring.AddGatingSequences(consumer);
        return ring;
    }
}
