using System.Globalization;
using Attribution.Reporter.Tests.Support;
using Attribution.Reporter.Times;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Reporter.Tests.Times;

/// <summary>Clocks that go forward, go back, and leave a day out.</summary>
/// <remarks>
/// What a clock shows is compared with ClickHouse, which has zones of its own; where a time begins, with its
/// definition, looked for minute by minute.
/// </remarks>
public sealed class ReportZoneTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    public static TheoryData<string> Zones =>
    [
        "UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe",
        "Pacific/Apia", "America/St_Johns", "Africa/Casablanca",
    ];

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00")]
    [InlineData("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00")]
    [InlineData("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:00:00")]
    [InlineData("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00")]
    [InlineData("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00")]
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00")]
    [InlineData("Africa/Cairo", "2026-04-24T00:30:00", "2026-04-23T22:00:00")]
    [InlineData("Asia/Kathmandu", "2026-11-01", "2026-10-31T18:15:00")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:30:00")]
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00")]
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00")]
    public void Begins_OfOddTimes_IsTheFirstInstantThatShowsThem(string zone, string local, string expected)
    {
        DateTime begins = ReportZone.Find(zone).Begins(Time(local));

        Assert.Equal(Time(expected), begins);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", 23)]
    [InlineData("Europe/Berlin", "2026-10-25", 25)]
    [InlineData("America/New_York", "2026-03-08", 23)]
    [InlineData("America/New_York", "2026-11-01", 25)]
    [InlineData("Africa/Cairo", "2026-04-24", 23)]
    [InlineData("Asia/Kathmandu", "2026-04-24", 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-05", 24.5)]
    public void Day_OfClocksThatChange_HasTheHoursItHas(string zone, string day, double hours)
    {
        var times = new ReportTime(ReportZone.Find(zone), FixedClock.Now);

        TimeRange range = TimeRange.Parse(new(null, null, day), times);

        Assert.Equal(hours, (range.To - range.From).TotalHours);
        Assert.Equal($"{day} to {Time(day).AddDays(1):yyyy-MM-dd} {zone}", range.ToString());
    }

    [Fact]
    public void Day_ThatAZoneLeftOut_IsNoRange()
    {
        var times = new ReportTime(ReportZone.Find("Pacific/Apia"), FixedClock.Now);

        Assert.Throws<UsageException>(() => TimeRange.Parse(new(null, null, "2011-12-30"), times));
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task Clock_OfAnyInstant_ShowsWhatClickHouseShows(string name)
    {
        var zone = ReportZone.Find(name);
        string answer = await database.SqlAsync(
            "SELECT toUnixTimestamp(at), toString(at, '" + name + "') FROM (SELECT toDateTime(cityHash64("
            + "number, 'zone') % 2114380800, 'UTC') AS at FROM numbers(3000))");

        foreach (string line in answer.TrimEnd('\n').Split('\n'))
        {
            string[] cells = line.Split('\t');
            DateTime at = DateTime.UnixEpoch.AddSeconds(long.Parse(cells[0], CultureInfo.InvariantCulture));
            Assert.Equal(
                cells[1], zone.ToLocal(at).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Begins_OfAnyTime_IsTheFirstInstantThatShowsItOrLater(string name)
    {
        var zone = ReportZone.Find(name);
        Prop.ForAll(NearChanges(zone).ToArbitrary(), local =>
        {
            DateTime begins = zone.Begins(local);
            bool isReached = zone.ToLocal(begins) >= local;
            bool isFirst = Enumerable.Range(0, 26 * 60)
                .Select(minutes => begins.AddTicks(-1).AddMinutes(-minutes))
                .All(before => zone.ToLocal(before) < local);
            return isReached && isFirst;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Before_OfAnyDays_IsAsManyDaysThatEndWhereTheyBegin(string name)
    {
        var zone = ReportZone.Find(name);
        Gen<(DateTime From, DateTime To)> ranges =
            from day in Gen.Choose(0, 20_000)
            from days in Gen.Choose(1, 120)
            let first = new DateTime(1975, 1, 1).AddDays(day)
            select (first, first.AddDays(days));
        Prop.ForAll(ranges.ToArbitrary(), dates =>
        {
            var range = new TimeRange(zone.Begins(dates.From), zone.Begins(dates.To), zone);
            TimeRange before = range.Before(Comparison.Previous);
            bool isMonths = dates.From.Day == 1 && dates.To.Day == 1;
            return before.To == range.From
                && zone.IsDayBegin(before.From)
                && (isMonths || Days(before) == Days(range));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("UTC", "2026-03-01", "2026-04-01", "2026-02-01 to 2026-03-01 UTC")]
    [InlineData("UTC", "2026-10-01", "2027-01-01", "2026-07-01 to 2026-10-01 UTC")]
    [InlineData("UTC", "2026-11-02", "2026-11-09", "2026-10-26 to 2026-11-02 UTC")]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-30", "2026-03-28 to 2026-03-29 Europe/Berlin")]
    [InlineData("Europe/Berlin", "2026-10-24", "2026-10-26", "2026-10-22 to 2026-10-24 Europe/Berlin")]
    [InlineData("Pacific/Apia", "2011-12-31", "2012-01-01", "2011-12-29 to 2011-12-31 Pacific/Apia")]
    [InlineData("UTC", "2026-11-20T06:00", "2026-11-20T12:00", "2026-11-20 to 2026-11-20 06:00:00 UTC")]
    public void Previous_OfRange_EndsWhereItBegins(string zone, string from, string to, string expected)
    {
        // A day that was left out is none: the one before it counts.
        Assert.Equal(expected, Range(zone, from, to).Before(Comparison.Previous).ToString());
    }

    [Theory]
    [InlineData("2024-02-29", "2024-03-01", "2023-02-28 to 2023-03-01 UTC")]
    [InlineData("2024-02-26", "2024-02-29", "2023-02-26 to 2023-03-01 UTC")]
    [InlineData("2025-02-01", "2025-03-01", "2024-02-01 to 2024-03-01 UTC")]
    [InlineData("2025-02-28", "2025-03-02", "2024-02-28 to 2024-03-02 UTC")]
    [InlineData("2026-11-02", "2026-11-09", "2025-11-02 to 2025-11-09 UTC")]
    [InlineData("2026-11-20T06:00", "2026-11-20T12:00", "2025-11-20 06:00:00 to 2025-11-20 12:00:00 UTC")]
    public void Year_OfRange_HasTheSameDates(string from, string to, string expected) =>
        Assert.Equal(expected, Range("UTC", from, to).Before(Comparison.Year).ToString());

    [Theory]
    [InlineData("Berlin", "Europe/Berlin")]
    [InlineData("europe/berlin", "Europe/Berlin")]
    [InlineData("America/NewYork", "America/New_York")]
    public void Zone_Unknown_NamesTheNearest(string name, string nearest) =>
        Assert.Contains(
            $"'{nearest}'", Assert.Throws<UsageException>(() => ReportZone.Find(name)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("a\0b")]
    public void Zone_ThatIsNoName_IsRefused(string name) =>
        Assert.Throws<UsageException>(() => ReportZone.Find(name));

    /// <summary>Times of the wall within two days of a change, where there is one.</summary>
    private static Gen<DateTime> NearChanges(ReportZone zone)
    {
        List<DateTime> changes = [new(2026, 6, 1)];
        for (DateTime day = new(2010, 1, 1); day.Year < 2027; day = day.AddDays(1))
        {
            var utc = DateTime.SpecifyKind(day, DateTimeKind.Utc);
            if (zone.ToLocal(utc.AddDays(1)) - zone.ToLocal(utc) != TimeSpan.FromDays(1))
                changes.Add(day);
        }

        return from change in Gen.Elements<DateTime>(changes)
               from minutes in Gen.Choose(-48 * 60, 48 * 60)
               select change.AddMinutes(minutes);
    }

    private static double Days(TimeRange range) => Math.Round((range.To - range.From).TotalDays);

    private static TimeRange Range(string zone, string from, string to) =>
        TimeRange.Parse(new(from, to), new ReportTime(ReportZone.Find(zone), FixedClock.Now));

    private static DateTime Time(string text) =>
        DateTime.ParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None);
}
