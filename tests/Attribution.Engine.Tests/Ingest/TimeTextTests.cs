using System.Globalization;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;

namespace Attribution.Engine.Tests.Ingest;

public class TimeTextTests
{
    [Theory]
    [InlineData("2026-11-21T04:54:35Z", "2026-11-21T04:54:35.000Z")]
    [InlineData("2026-11-21t04:54:35z", "2026-11-21T04:54:35.000Z")]
    [InlineData("2026-11-21 04:54:35.1Z", "2026-11-21T04:54:35.100Z")]
    [InlineData("2026-11-21T04:54:35.123999999999Z", "2026-11-21T04:54:35.123Z")]
    [InlineData("2026-11-21T04:54:35.000+05:30", "2026-11-20T23:24:35.000Z")]
    [InlineData("2026-11-21T04:54:35-23:59", "2026-11-22T04:53:35.000Z")]
    [InlineData("2026-11-21T04:54:35-00:00", "2026-11-21T04:54:35.000Z")]
    [InlineData("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z")]
    [InlineData("1990-12-31T15:59:60.5-08:00", "1991-01-01T00:00:00.500Z")]
    [InlineData("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z")]
    [InlineData("2024-02-29T24:00:00Z", null)]
    [InlineData("1900-02-29T00:00:00Z", null)]
    [InlineData("2023-02-29T00:00:00Z", null)]
    [InlineData("2026-04-31T00:00:00Z", null)]
    [InlineData("2026-00-10T00:00:00Z", null)]
    [InlineData("2026-13-10T00:00:00Z", null)]
    [InlineData("2026-01-00T00:00:00Z", null)]
    [InlineData("2026-11-21T04:60:00Z", null)]
    [InlineData("2026-11-21T04:54:60Z", null)]
    [InlineData("2026-11-21T04:54:61Z", null)]
    [InlineData("2026-11-21T04:54:35", null)]
    [InlineData("2026-11-21T04:54:35.Z", null)]
    [InlineData("2026-11-21T04:54:35,1Z", null)]
    [InlineData("2026-11-21T04:54:35.1", null)]
    [InlineData("2026-11-21T04:54Z", null)]
    [InlineData("2026-11-21T04:54:35+24:00", null)]
    [InlineData("2026-11-21T04:54:35+0100", null)]
    [InlineData("2026-11-21T04:54:35+01:60", null)]
    [InlineData("2026-11-21T04:54:35ZZ", null)]
    [InlineData("2026-11-21", null)]
    [InlineData("20261121T045435Z", null)]
    [InlineData("+2026-11-21T04:54:35Z", null)]
    [InlineData("2026-11-21_04:54:35Z", null)]
    [InlineData(" 2026-11-21T04:54:35Z", null)]
    [InlineData("1795236875123", "2026-11-21T04:54:35.123Z")]
    [InlineData("0", "1970-01-01T00:00:00.000Z")]
    [InlineData("-1", null)]
    [InlineData("999999999999999", null)]
    [InlineData("", null)]
    public void TryReadText_Form_IsReadOrRefused(string text, string? expected)
    {
        bool isRead = TimeText.TryReadText(Bodies.Utf8(text), out long millis);

        Assert.Equal(expected is not null, isRead);
        if (expected is not null)
            Assert.Equal(expected, Render(millis));
    }

    [Theory]
    [InlineData("1795236875123", 1795236875123)]
    [InlineData("1795236875123.999", 1795236875123)]
    [InlineData("1.795236875123e12", 1795236875123)]
    [InlineData("-1000.5", -1000L)]
    [InlineData("0", 0L)]
    [InlineData("1.5e0", null)]
    [InlineData("1e99", null)]
    [InlineData("123456789012345", null)]
    public void TryReadNumber_Form_IsReadOrRefused(string text, long? expected)
    {
        bool isRead = TimeText.TryReadNumber(Bodies.Utf8(text), out long millis);

        Assert.Equal(expected is not null, isRead);
        if (expected is not null)
            Assert.Equal(expected.Value, millis);
    }

    [Fact]
    public void TryReadText_EveryDayOf800Years_EqualsTheCalendar()
    {
        for (var day = new DateOnly(1600, 1, 1); day.Year < 2400; day = day.AddDays(1))
        {
            string text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T01:02:03Z";
            Assert.True(TimeText.TryReadText(Bodies.Utf8(text), out long millis));
            var expected = new DateTimeOffset(day, new TimeOnly(1, 2, 3), TimeSpan.Zero);
            Assert.Equal(expected.ToUnixTimeMilliseconds(), millis);
        }
    }

    private static string Render(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(millis)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
