using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Engine.Tests.Ring;

/// <remarks>
/// Producers claim random numbers of events and bytes from a ring so small that slots and arena wrap
/// thousands of times. Every byte of an event is computed from its producer and number, and two stages beside
/// each other and one behind both compare every byte: bytes reclaimed too early, claims that overlap or
/// straddle, or an event that is lost show up.
/// </remarks>
public class EventRingContentionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(32, 1024, 0)]
    [InlineData(8, 8192, 1_000_003)]
    [InlineData(256, 2048, (1L << 54) + 1)]
    public async Task ManyProducers_RandomSizes_EveryByteReachesEveryStage(
        int slots, int arenaBytes, long first)
    {
        const int Producers = 5;
        const int EventsEach = 12_000;
        var ring = new EventRing(new EventRingOptions
        {
            Slots = slots,
            ArenaBytes = arenaBytes,
            FirstSequence = first,
        });
        long[][] accounts = [new long[Producers], new long[Producers], new long[Producers]];
        BatchProcessor journal = Checker(ring, "journal", ring.NewBarrier(), accounts[0]);
        BatchProcessor identity = Checker(ring, "identity", ring.NewBarrier(), accounts[1]);
        SequenceBarrier behindBoth = ring.NewBarrier(journal.Sequence, identity.Sequence);
        BatchProcessor worker = Checker(ring, "worker", behindBoth, accounts[2]);
        ring.AddGatingSequences(worker.Sequence);
        BatchProcessor[] inOrder = [journal, identity, worker];
        Array.ForEach(inOrder, p => p.Start());

        try
        {
            await Task.WhenAll(Enumerable.Range(0, Producers)
                .Select(id => Task.Run(() => ProduceAsync(ring, id, EventsEach))))
                .WaitAsync(Limit);
            Array.ForEach(inOrder, p => p.DrainAndStop(Limit));
        }
        finally
        {
            Array.ForEach(inOrder, p => p.Halt());
        }

        Assert.All(inOrder, p => Assert.Null(p.Fault));
        Assert.Equal(first + (Producers * EventsEach) - 1, worker.Sequence.Value);
        Assert.All(accounts.SelectMany(a => a), next => Assert.Equal(EventsEach, next));
        Assert.Equal(0, ring.Fill);
    }

    [Fact]
    public async Task TryClaim_ManyThreads_SlotsAndBytesLieInTheSameOrder()
    {
        const int Threads = 4;
        var ring = new EventRing(new EventRingOptions { Slots = 1024, ArenaBytes = 8192 });

        List<EventClaim>[] claims = await Task.WhenAll(Enumerable.Range(0, Threads)
            .Select(id => Task.Run(() => ClaimMany(ring, id))));

        long next = 0;
        long freeFrom = 0;
        foreach (EventClaim claim in claims.SelectMany(c => c).OrderBy(c => c.First))
        {
            Assert.Equal(next, claim.First);
            Assert.True(claim.ArenaOffset >= freeFrom, $"The bytes of claim {claim.First} overlap others.");
            next = claim.Last + 1;
            freeFrom = claim.ArenaOffset + claim.Bytes;
        }

        Assert.Equal(next - 1, ring.Cursor);
    }

    private static List<EventClaim> ClaimMany(EventRing ring, int seed)
    {
        var random = new Random(seed);
        var claims = new List<EventClaim>();
        for (int i = 0; i < 40_000; i++)
        {
            // Nothing gates, so nothing is refused.
            Assert.True(ring.TryClaim(random.Next(1, 4), random.Next(100), out EventClaim claim));
            claims.Add(claim);
        }

        return claims;
    }

    private static async Task ProduceAsync(EventRing ring, int producer, int events)
    {
        var random = new Random(producer);
        int mostEvents = Math.Min(ring.Slots, 20);
        for (int number = 0; number < events;)
        {
            int count = Math.Min(random.Next(1, mostEvents + 1), events - number);
            int bytes = 0;
            for (int i = 0; i < count; i++)
                bytes += LengthOf(producer, number + i, ring.ArenaBytes);

            EventClaim claim;
            while (!ring.TryClaim(count, bytes, out claim))
                Assert.True(await ring.WaitForRoomAsync(count, bytes, Limit, default).ConfigureAwait(false));

            Fill(ring, claim, producer, number);
            if (random.Next(8) == 0)
                await Task.Yield(); // Others publish behind this claim first.
            ring.Publish(claim);
            number += count;
        }
    }

    private static void Fill(EventRing ring, in EventClaim claim, int producer, int number)
    {
        Span<byte> bytes = ring.ClaimBytes(claim);
        int written = 0;
        for (long sequence = claim.First; sequence <= claim.Last; sequence++, number++)
        {
            int length = LengthOf(producer, number, ring.ArenaBytes);
            for (int i = 0; i < length; i++)
                bytes[written + i] = ByteAt(producer, number, i);

            ref EventRecord record = ref ring[sequence];
            record = default;
            record.Header.ReceivedMillis = producer;
            record.Header.SentMillis = number;
            record.Header.TimestampMillis = sequence;
            record.Header.BytesLength = (ushort)length;
            record.ArenaOffset = claim.ArenaOffset + written;
            written += length;
        }

        if (written != claim.Bytes)
            throw new InvalidDataException("The claim has another size than was asked for.");
    }

    private static BatchProcessor Checker(
        EventRing ring, string name, SequenceBarrier barrier, long[] nextNumbers)
    {
        void Check(long first, long last)
        {
            for (long sequence = first; sequence <= last; sequence++)
                CheckEvent(ring, sequence, nextNumbers);
        }

        var options = new BatchProcessorOptions { MaxBatchEvents = 16 };
        return new BatchProcessor(name, barrier, new DelegateHandler(Check), options);
    }

    private static void CheckEvent(EventRing ring, long sequence, long[] nextNumbers)
    {
        ref EventRecord record = ref ring[sequence];
        int producer = (int)record.Header.ReceivedMillis;
        int number = (int)record.Header.SentMillis;
        if (record.Header.TimestampMillis != sequence || nextNumbers[producer]++ != number)
            throw new InvalidDataException($"Sequence {sequence} is lost, doubled or overtaken.");

        ReadOnlySpan<byte> bytes = ring.Bytes(record);
        if (bytes.Length != LengthOf(producer, number, ring.ArenaBytes))
            throw new InvalidDataException($"Sequence {sequence} has another length.");
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != ByteAt(producer, number, i))
                throw new InvalidDataException($"Sequence {sequence} differs at byte {i}.");
        }
    }

    // Lengths from none to so many that twenty of them need most of the arena.
    private static int LengthOf(int producer, int number, int arenaBytes) =>
        (int)((uint)((number * 7919) + (producer * 104_729)) % (uint)(arenaBytes / 20));

    private static byte ByteAt(int producer, int number, int index) =>
        (byte)((producer * 67) + (number * 13) + index);
}
