using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class OpenLoopScheduleTests
{
    private const long TicksPerSecond = 1_000_000;
    private const long Start = 77_000_000;

    [Fact]
    public void DueBy_OverAMinute_CountsFromTheFirstAtTheStart()
    {
        var schedule = new OpenLoopSchedule(1_000, Start, TicksPerSecond);

        Assert.Equal(0, schedule.DueBy(Start - 1));
        Assert.Equal(1, schedule.DueBy(Start));
        Assert.Equal(1, schedule.DueBy(Start + 999));
        Assert.Equal(2, schedule.DueBy(Start + 1_000));
        Assert.Equal(60_001, schedule.DueBy(Start + (60 * TicksPerSecond)));
    }

    [Fact]
    public void Take_AfterAStall_StillGivesTheTimesThatWereIntended()
    {
        var schedule = new OpenLoopSchedule(1_000, Start, TicksPerSecond);
        long stalledUntil = Start + (TicksPerSecond / 2);

        // Half a second nothing could be sent: the requests of that time are due, each since its own moment.
        Assert.Equal(501, schedule.DueBy(stalledUntil) - schedule.Taken);
        for (int request = 0; request <= 500; request++)
            Assert.Equal(Start + (request * 1_000), schedule.Take());
        Assert.Equal(0, schedule.DueBy(stalledUntil) - schedule.Taken);
        Assert.Equal(stalledUntil + 1_000, schedule.NextTicks);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0.25)]
    [InlineData(700_001)]
    public void Take_AtAnyRate_DoesNotDrift(double rate)
    {
        var schedule = new OpenLoopSchedule(rate, Start, TicksPerSecond);
        for (int request = 0; request < 10_000; request++)
            schedule.Take();

        double expected = Start + (10_000 / rate * TicksPerSecond);
        Assert.InRange(schedule.NextTicks, expected - 2, expected + 2);
    }
}
