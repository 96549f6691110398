namespace Attribution.Ring.Tests;

public class SequencerTests
{
    private const int Size = 8;

    public static TheoryData<bool, long> KindsAndFirstSequences()
    {
        // The last: the laps' low 32 bits are all ones.
        long[] firsts =
            [0, 1, 5, Size, 12_345, int.MaxValue - 3L, uint.MaxValue, 1L << 62, uint.MaxValue * (long)Size];
        var data = new TheoryData<bool, long>();
        foreach (bool multi in new[] { false, true })
        {
            foreach (long first in firsts)
                data.Add(multi, first);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KindsAndFirstSequences))]
    public void Claims_OverManyLaps_AreContiguousFromTheFirstSequence(bool multi, long first)
    {
        Sequencer sequencer = Create(multi, first);
        var consumer = new Sequence();
        sequencer.AddGatingSequences(consumer);
        Assert.Equal(first - 1, consumer.Value);

        long next = first;
        for (int i = 0; i < 100; i++)
        {
            int count = 1 + (i % Size);
            Assert.False(sequencer.IsAvailable(next));
            Assert.True(sequencer.TryNext(count, out long last));
            Assert.Equal(next + count - 1, last);
            Assert.False(sequencer.IsAvailable(next));
            Assert.Equal(next - 1, sequencer.HighestPublishedSequence(next, sequencer.Cursor));

            sequencer.Publish(next, last);
            Assert.True(sequencer.IsAvailable(next));
            Assert.True(sequencer.IsAvailable(last));
            Assert.Equal(last, sequencer.HighestPublishedSequence(next, sequencer.Cursor));

            consumer.SetValue(last);
            next = last + 1;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndFirstSequences))]
    public void TryNext_RingFull_RefusesUntilTheSlowestConsumerMoves(bool multi, long first)
    {
        Sequencer sequencer = Create(multi, first);
        var fast = new Sequence();
        var slow = new Sequence();
        sequencer.AddGatingSequences(fast, slow);

        Assert.True(sequencer.TryNext(Size, out long last));
        sequencer.Publish(first, last);
        fast.SetValue(last);
        Assert.False(sequencer.HasAvailableCapacity(1));
        Assert.False(sequencer.TryNext(1, out _));
        Assert.Equal(last, sequencer.Cursor);

        slow.SetValue(first + 2);
        Assert.True(sequencer.HasAvailableCapacity(3));
        Assert.False(sequencer.HasAvailableCapacity(4));
        Assert.False(sequencer.TryNext(4, out _));
        Assert.True(sequencer.TryNext(3, out long more));
        Assert.Equal(last + 3, more);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryNext_NobodyGates_NeverRefuses(bool multi)
    {
        Sequencer sequencer = Create(multi, 0);

        for (long next = 0; next < 5 * Size; next++)
        {
            Assert.True(sequencer.TryNext(1, out long last));
            sequencer.Publish(last);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AddGatingSequences_AfterLaps_StartsAtTheCursorAndGatesFromThere(bool multi)
    {
        Sequencer sequencer = Create(multi, 3);
        for (int i = 0; i < 3 * Size; i++)
            sequencer.Publish(sequencer.Next(1));

        var late = new Sequence();
        sequencer.AddGatingSequences(late);

        Assert.Equal(sequencer.Cursor, late.Value);
        Assert.True(sequencer.TryNext(Size, out long last));
        sequencer.Publish(last - Size + 1, last);
        Assert.False(sequencer.TryNext(1, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RemoveGatingSequence_OfTheSlowest_GivesItsRoomBack(bool multi)
    {
        Sequencer sequencer = Create(multi, 0);
        var stays = new Sequence();
        var leaves = new Sequence();
        sequencer.AddGatingSequences(stays, leaves);
        sequencer.Publish(0, sequencer.Next(Size));
        stays.SetValue(Size - 1);
        Assert.False(sequencer.TryNext(1, out _));

        Assert.True(sequencer.RemoveGatingSequence(leaves));
        Assert.False(sequencer.RemoveGatingSequence(leaves));

        Assert.True(sequencer.TryNext(Size, out _));
        Assert.False(sequencer.TryNext(1, out _));
    }

    [Theory]
    [MemberData(nameof(KindsAndFirstSequences))]
    public void Publish_OutOfOrder_ShowsNothingBehindTheGap(bool multi, long first)
    {
        if (!multi)
            return; // One producer cannot publish out of order.

        Sequencer sequencer = Create(multi, first);
        long a = sequencer.Next(2);
        long b = sequencer.Next(3);
        long c = sequencer.Next(1);

        sequencer.Publish(a + 1, b);
        Assert.Equal(first - 1, sequencer.HighestPublishedSequence(first, c));
        sequencer.Publish(a - 1, a);
        Assert.Equal(b, sequencer.HighestPublishedSequence(first, c));
        Assert.Equal(first + 1, sequencer.HighestPublishedSequence(first, first + 1));
        sequencer.Publish(c);
        Assert.Equal(c, sequencer.HighestPublishedSequence(first, c));
    }

    /// <remarks>Ranges long enough for many flags to be written and compared at a time, which wrap.</remarks>
    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData((1L << 40) - 3)]
    public void Publish_ManyRangesInAnyOrder_ShowsTheSameAsSlotBySlot(long first)
    {
        const int Large = 256;
        var random = new Random(1);
        var sequencer = new MultiProducerSequencer(Large, null, first);
        var consumer = new Sequence();
        sequencer.AddGatingSequences(consumer);
        for (int lap = 0; lap < 50; lap++)
        {
            var claims = new List<(long First, long Last)>();
            long begin = sequencer.Cursor + 1;
            int count;
            for (int left = Large; left > 0; left -= count)
            {
                count = random.Next(1, left + 1);
                long last = sequencer.Next(count);
                claims.Add((last - count + 1, last));
            }

            long end = sequencer.Cursor;
            foreach ((long from, long to) in claims.OrderBy(_ => random.Next()).ToList())
            {
                sequencer.Publish(from, to);
                long upTo = begin + random.Next(Large);
                long expected = begin - 1;
                while (expected < upTo && sequencer.IsAvailable(expected + 1))
                    expected++;
                Assert.Equal(expected, sequencer.HighestPublishedSequence(begin, upTo));
            }

            Assert.Equal(end, sequencer.HighestPublishedSequence(begin, end));
            // Some more, so that the next lap's ranges begin anywhere in the ring.
            consumer.SetValue(end);
            sequencer.Publish(end + 1, sequencer.Next(1 + random.Next(Large)));
            consumer.SetValue(sequencer.Cursor);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryNext_OfNothingOrMoreThanTheRing_IsAnArgumentError(bool multi)
    {
        Sequencer sequencer = Create(multi, 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => sequencer.TryNext(0, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequencer.TryNext(Size + 1, out _));
        Assert.Throws<ArgumentException>(() => new MultiProducerSequencer(12));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiProducerSequencer(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SingleProducerSequencer(Size, null, -1));
    }

    private static Sequencer Create(bool multi, long first) => multi
        ? new MultiProducerSequencer(Size, null, first)
        : new SingleProducerSequencer(Size, null, first);
}
