using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class LatencyHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1_000_003)]
    [InlineData(86_400_000_000)]
    public void Millis_OfOneValueBesideALargerOne_IsThatValueToTwoPerCent(long micros)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMicroseconds(micros));
        histogram.Record(TimeSpan.FromMicroseconds((micros * 3) + 10));

        Assert.InRange(histogram.Millis(0.5) * 1_000, micros, micros * 1.016);
        Assert.Equal(((micros * 3) + 10) / 1_000.0, histogram.Millis(1));
    }

    [Fact]
    public void Millis_OfAllValuesUpTo10000_AreTheirShares()
    {
        LatencyHistogram[] halves = [new(), new()];
        for (int micros = 1; micros <= 10_000; micros++)
            halves[micros % 2].Record(TimeSpan.FromMicroseconds(micros));
        LatencyHistogram sum = LatencyHistogram.Sum(halves);

        Assert.Equal(10_000, sum.Count);
        Assert.InRange(sum.Millis(0.5), 5, 5.08);
        Assert.InRange(sum.Millis(0.99), 9.9, 10);
        Assert.Equal(10, sum.Millis(1));
    }

    [Fact]
    public void Since_AnEarlierCopy_IsWhatCameAfterIt()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromMilliseconds(900));
        LatencyHistogram earlier = LatencyHistogram.Sum([histogram]);
        histogram.Record(TimeSpan.FromMilliseconds(20));
        histogram.Record(TimeSpan.FromMilliseconds(10));

        LatencyHistogram since = histogram.Since(earlier);

        Assert.Equal(2, since.Count);
        Assert.InRange(since.Millis(0.5), 10, 10.2);
        Assert.InRange(since.Millis(1), 20, 20.4);
    }

    [Fact]
    public void Millis_OfNothing_IsZero() => Assert.Equal(0, new LatencyHistogram().Millis(0.99));
}
