using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class EventClockTests
{
    private const long Now = 1_800_000_000_000;
    private const long HourMillis = 60 * 60 * 1000;

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public void At_OverALoadOfMinutes_RunsTwoHoursPerSecondAndEndsNow(int seconds)
    {
        EventClock clock = EventClock.Over(TimeSpan.FromSeconds(seconds), Now);

        Assert.Equal(2 * HourMillis, clock.At(Now + 11_000) - clock.At(Now + 10_000));
        Assert.Equal(Now + (seconds * 1000), clock.At(Now + (seconds * 1000)));
        Assert.Equal(Now - (2 * HourMillis * seconds) + (seconds * 1000), clock.At(Now));
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(86_400)]
    public void At_OverALongLoad_BeginsFourWeeksAgo(int seconds)
    {
        EventClock clock = EventClock.Over(TimeSpan.FromSeconds(seconds), Now);

        Assert.InRange(
            Now + (seconds * 1000L) - clock.At(Now), 27 * 24 * HourMillis, 29 * 24 * HourMillis);
    }

    [Fact]
    public void At_AfterTheLoad_IsTheClocksTime()
    {
        EventClock clock = EventClock.Over(TimeSpan.FromSeconds(60), Now);

        Assert.Equal(Now + 90_000, clock.At(Now + 90_000));
        Assert.Equal(Now, EventClock.Wall.At(Now));
    }
}
