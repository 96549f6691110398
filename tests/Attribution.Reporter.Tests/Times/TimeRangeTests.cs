using System.Globalization;
using Attribution.Reporter.Tests.Support;
using Attribution.Reporter.Times;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Reporter.Tests.Times;

/// <summary>The times of the command line, from one fixed now: Friday, 2026-11-20 12:00 UTC.</summary>
public sealed class TimeRangeTests
{
    private static readonly ReportTime Times = new(ReportZone.Utc, FixedClock.Now);

    [Theory]
    [InlineData("2026-11-01", "2026-11-01T00:00:00.000")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00.000")]
    [InlineData("2026-11-01T08:30:00Z", "2026-11-01T08:30:00.000")]
    [InlineData("2026-11-01t08:30:00z", "2026-11-01T08:30:00.000")]
    [InlineData("2026-11-01T08:30:00.1259Z", "2026-11-01T08:30:00.125")]
    [InlineData("2026-11-01T08:30:00+02:00", "2026-11-01T06:30:00.000")]
    [InlineData("2026-11-01T23:30-05:30", "2026-11-02T05:00:00.000")]
    [InlineData("2026-11-01 08:30:00", "2026-11-01T08:30:00.000")]
    [InlineData("today", "2026-11-20T00:00:00.000")]
    [InlineData("Yesterday", "2026-11-19T00:00:00.000")]
    [InlineData("tomorrow", "2026-11-21T00:00:00.000")]
    [InlineData("now", "2026-11-20T12:00:00.000")]
    [InlineData("7d", "2026-11-13T00:00:00.000")]
    [InlineData("0d", "2026-11-20T00:00:00.000")]
    [InlineData("2w", "2026-11-06T00:00:00.000")]
    [InlineData("12h", "2026-11-20T00:00:00.000")]
    [InlineData("90m", "2026-11-20T10:30:00.000")]
    [InlineData("3mo", "2026-08-20T00:00:00.000")]
    [InlineData("7y", "2019-11-20T00:00:00.000")]
    [InlineData("2026-11", "2026-11-01T00:00:00.000")]
    [InlineData("2026-W45", "2026-11-02T00:00:00.000")]
    [InlineData("2026-w01", "2025-12-29T00:00:00.000")]
    [InlineData("2020-W53", "2020-12-28T00:00:00.000")]
    [InlineData("2026-Q4", "2026-10-01T00:00:00.000")]
    [InlineData("2026", "2026-01-01T00:00:00.000")]
    [InlineData("this week", "2026-11-16T00:00:00.000")]
    [InlineData("Last Week", "2026-11-09T00:00:00.000")]
    [InlineData("this month", "2026-11-01T00:00:00.000")]
    [InlineData("last month", "2026-10-01T00:00:00.000")]
    [InlineData("last-month", "2026-10-01T00:00:00.000")]
    [InlineData("this quarter", "2026-10-01T00:00:00.000")]
    [InlineData("last quarter", "2026-07-01T00:00:00.000")]
    [InlineData("this year", "2026-01-01T00:00:00.000")]
    [InlineData("last year", "2025-01-01T00:00:00.000")]
    public void Time_OfAnyForm_IsRead(string text, string expected)
    {
        Assert.True(Times.TryParse(text, out DateTime time));
        Assert.Equal(expected, time.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture));
        Assert.Equal(DateTimeKind.Utc, time.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("-7d")]
    [InlineData("7q")]
    [InlineData("99999y")]
    [InlineData("99999mo")]
    [InlineData("2026-W00")]
    [InlineData("2026-W54")]
    [InlineData("2025-W53")]
    [InlineData("2026-Q5")]
    [InlineData("2026-00")]
    [InlineData("2026-1")]
    [InlineData("0000")]
    [InlineData("9999-12-31")]
    [InlineData("next week")]
    [InlineData("last day")]
    [InlineData("7.5d")]
    [InlineData("99999d")]
    [InlineData("123456d")]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-11-01T25:00:00Z")]
    [InlineData("1969-12-31")]
    [InlineData("9999-01-01")]
    [InlineData("01.11.2026")]
    [InlineData("11/01/2026")]
    public void Time_OfNoForm_IsRefused(string text) =>
        Assert.False(Times.TryParse(text, out _));

    [Fact]
    public void Time_OfAnyInstant_RoundTrips()
    {
        Gen<DateTime> times =
            from day in Gen.Choose(0, 83_000)
            from milli in Gen.Choose(0, 86_399_999)
            select DateTime.UnixEpoch.AddDays(day).AddMilliseconds(milli);
        Prop.ForAll(times.ToArbitrary(), time =>
        {
            string text = time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            return Times.TryParse(text, out DateTime read) && read == time;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Time_OfAnyText_IsReadOrRefused() =>
        Prop.ForAll<string>(text => Times.TryParse(text ?? "", out _) || true)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null, null, "2026-10-21 to 2026-11-21 UTC")]
    [InlineData("7d", null, "2026-11-13 to 2026-11-21 UTC")]
    [InlineData(null, "2026-02-01", "2026-01-02 to 2026-02-01 UTC")]
    [InlineData("2026-11-01", "2026-11-08", "2026-11-01 to 2026-11-08 UTC")]
    [InlineData("12h", "now", "2026-11-20 to 2026-11-20 12:00:00 UTC")]
    public void Range_OfAnyEnds_IsReadAndShown(string? from, string? to, string expected) =>
        Assert.Equal(expected, TimeRange.Parse(new(from, to), Times).ToString());

    /// <summary>What is written as a time is one, of a year that is not taken.</summary>
    [Theory]
    [InlineData("1800-01-01")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("1815")]
    [InlineData("1815-06")]
    [InlineData("2201-W02")]
    [InlineData("9999-12-31")]
    [InlineData("9999")]
    [InlineData("60y")]
    [InlineData("123456d")]
    public void Time_OfAnotherYear_NamesTheYears(string text)
    {
        string[] messages =
        [
            Assert.Throws<UsageException>(() => TimeRange.Parse(new(text, null), Times)).Message,
            Assert.Throws<UsageException>(() => TimeRange.Parse(new(null, text), Times)).Message,
            Assert.Throws<UsageException>(() => TimeRange.Parse(new(null, null, text), Times)).Message,
        ];

        string years = $": '{text}' is outside the years of which times are taken, 1970 to 2200.";
        Assert.Equal([$"--from{years}", $"--to{years}", $"--during{years}"], messages);
    }

    [Theory]
    [InlineData("1800-13-01")]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("d")]
    public void Time_OfNoForm_SaysWhatToWrite(string text) => Assert.Contains(
        $"--from: '{text}' is no time. Write a day (2026-11-01",
        Assert.Throws<UsageException>(() => TimeRange.Parse(new(text, null), Times)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Range_WithoutAnyTime_IsRefused() =>
        Assert.Throws<UsageException>(() => TimeRange.Parse(new("today", "today"), Times));

    [Theory]
    [InlineData("yesterday", "2026-11-19 to 2026-11-20 UTC")]
    [InlineData("2026-11-03", "2026-11-03 to 2026-11-04 UTC")]
    [InlineData("2026-W45", "2026-11-02 to 2026-11-09 UTC")]
    [InlineData("2020-W53", "2020-12-28 to 2021-01-04 UTC")]
    [InlineData("2026-11", "2026-11-01 to 2026-12-01 UTC")]
    [InlineData("2026-Q4", "2026-10-01 to 2027-01-01 UTC")]
    [InlineData("2026", "2026-01-01 to 2027-01-01 UTC")]
    [InlineData("last month", "2026-10-01 to 2026-11-01 UTC")]
    [InlineData("this week", "2026-11-16 to 2026-11-23 UTC")]
    [InlineData("last quarter", "2026-07-01 to 2026-10-01 UTC")]
    public void During_OfAnyPeriod_IsTheWholeOfIt(string during, string expected) =>
        Assert.Equal(expected, TimeRange.Parse(new(null, null, during), Times).ToString());

    [Theory]
    [InlineData("now", null, "--from now")]
    [InlineData("7d", null, "--from 7d")]
    [InlineData("2026-11-01T08:00", null, "--from 2026-11-01T08:00")]
    [InlineData("soon", null, "is no period")]
    [InlineData("yesterday", "7d", "leave --from and --to out")]
    public void During_OfNoPeriod_SaysWhatToWrite(string during, string? from, string message)
    {
        UsageException error = Assert.Throws<UsageException>(
            () => TimeRange.Parse(new(from, null, during), Times));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
