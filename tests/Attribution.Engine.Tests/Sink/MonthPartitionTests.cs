using Attribution.Replay.Rows;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Sink;

public class MonthPartitionTests
{
    [Theory]
    [InlineData("1999-12-31T23:59:59.999Z", 199912)]
    [InlineData("2000-01-01T00:00:00.000Z", 200001)]
    [InlineData("2000-02-29T23:59:59.999Z", 200002)]
    [InlineData("2000-03-01T00:00:00.000Z", 200003)]
    [InlineData("2024-02-29T12:00:00.000Z", 202402)]
    [InlineData("2025-12-31T23:59:59.999Z", 202512)]
    [InlineData("2026-01-01T00:00:00.000Z", 202601)]
    [InlineData("2100-02-28T23:59:59.999Z", 210002)]
    [InlineData("2100-03-01T00:00:00.000Z", 210003)]
    [InlineData("1970-01-01T00:00:00.000Z", 197001)]
    [InlineData("1969-12-31T23:59:59.999Z", 196912)]
    public void Of_MonthBoundary_IsTheCalendarsMonth(string time, int yearMonth)
    {
        DateTimeOffset moment = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(yearMonth, MonthPartition.Of(moment.ToUnixTimeMilliseconds()).YearMonth);
    }

    [Fact]
    public void Of_AnyTime_AgreesWithTheCalendar()
    {
        long first = DateTimeOffset.MinValue.AddYears(1).ToUnixTimeMilliseconds();
        long last = DateTimeOffset.MaxValue.AddYears(-1).ToUnixTimeMilliseconds();
        Gen<long> times = ArbMap.Default.GeneratorFor<ulong>()
            .Select(number => first + (long)(number % (ulong)(last - first)));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(times.ToArbitrary(), Agrees));
    }

    [Fact]
    public void Of_EveryMonthOfFourCenturies_BeginsWhereTheLastOneEnded()
    {
        long at = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        for (int number = 0; number < 400 * 12; number++)
        {
            MonthPartition month = MonthPartition.Of(at);
            Assert.Equal(at, month.StartMillis);
            Assert.Equal(month, MonthPartition.Of(month.EndMillis - 1));
            at = month.EndMillis;
        }
    }

    private static void Agrees(long millis)
    {
        DateTimeOffset moment = DateTimeOffset.FromUnixTimeMilliseconds(millis);
        var start = new DateTimeOffset(moment.Year, moment.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var expected = new MonthPartition((moment.Year * 100) + moment.Month,
            start.ToUnixTimeMilliseconds(), start.AddMonths(1).ToUnixTimeMilliseconds());

        Assert.Equal(expected, MonthPartition.Of(millis));
    }
}
