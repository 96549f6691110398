using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>
/// Credit by any field and under any filter equals the same question asked in plain SQL over joined rows.
/// </summary>
public sealed class CreditFieldTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    private const string Level = "JSONExtractRaw(properties, 'level')";

    [Theory]
    // One field of each place.
    [InlineData("channel", null, "channel", "1")]
    [InlineData("channel,campaign", null, "channel, campaign", "1")]
    [InlineData("touch_type", null, "touch_type", "1")]
    [InlineData("conversion_type", null, "conversion_type", "1")]
    [InlineData("country", null, "country", "1")]
    [InlineData("touch.country", null, "touch_country", "1")]
    [InlineData("channel,country,touch.content", null, "channel, country, touch_content", "1")]
    [InlineData("properties.plan", null, "JSONExtractString(properties, 'plan')", "1")]
    [InlineData("properties.deep.er", null, "JSONExtractString(properties, 'deep', 'er')", "1")]
    [InlineData("day", null, "toString(toDate(conversion_time))", "1")]
    [InlineData("week,weekday", null, "toMonday(conversion_time), toDayOfWeek(conversion_time)", "1")]
    [InlineData("hour_of_day", null, "toHour(conversion_time)", "1")]
    [InlineData("touches", null, "touch_count", "1")]
    // Filters on the conversion, its touches and either's event.
    [InlineData("channel", "conversion_type = purchase and revenue > 500.5", "channel",
        "conversion_type = 'purchase' AND revenue > 500.5")]
    [InlineData("channel", "channel = Email", "channel", "channel = 'Email'")]
    [InlineData("conversion_type", "channel in (Email, Direct) and touch_type != click", "conversion_type",
        "channel IN ('Email', 'Direct') AND touch_type != 'click'")]
    [InlineData("channel", "country in (DE, 'it''s')", "channel", "country IN ('DE', 'it''s')")]
    [InlineData("channel", "country = DE or channel = 'Display 春'", "channel",
        "country = 'DE' OR channel = 'Display 春'")]
    [InlineData("channel", "touch.content = a and not country is empty", "channel",
        "touch_content = 'a' AND country != ''")]
    [InlineData("campaign", "campaign is empty or campaign like 'k_'", "campaign", "1")]
    [InlineData("campaign", "campaign ~ '^k[13]$'", "campaign", "campaign IN ('k1', 'k3')")]
    [InlineData("channel", "properties.plan = pro", "channel",
        "JSONExtractString(properties, 'plan') = 'pro'")]
    [InlineData("channel", "properties.level >= 3", "channel",
        $"{Level} IN ('3', '3.5', '\"10\"')")]
    [InlineData("channel", "properties.level = 3.0", "channel", $"{Level} = '3'")]
    [InlineData("channel", "not properties.level >= 3", "channel",
        $"{Level} NOT IN ('3', '3.5', '\"10\"')")]
    [InlineData("channel", "conversion.revenue > 100", "channel", "event_revenue > 100")]
    [InlineData("channel", "not conversion.revenue > 100", "channel", "NOT ifNull(event_revenue > 100, 0)")]
    [InlineData("channel", "conversion_time >= 2026-11-01 and day < 2026-11-03", "channel",
        "conversion_time >= '2026-11-01' AND conversion_time < '2026-11-03'")]
    [InlineData("touch_type", "touch_time < 2026-11-01T00:00:00Z", "touch_type", "touch_time < '2026-11-01'")]
    [InlineData("country", "user_id = u7", "country", "user_id = 'u7'")]
    [InlineData("channel", "person = 00000000000003e8", "channel", "conversion_id = 'c1000'")]
    public async Task Credit_ByFields_EqualsPlainSql(string by, string? where, string sqlBy, string sqlWhere)
    {
        string[] filter = where is null ? [] : ["--where", where];

        ReporterRun run = await database.RunAsync(["top", by, "--model", "linear", .. filter]);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        string[] keys = by.Split(',');
        string[][] expected = await database.FlatAsync(
            $"{sqlBy}, uniqExact(conversion_id), sum(credit), sumIf(value, currency = 'EUR'), "
            + "sumIf(value, currency = 'JPY'), sumIf(value, currency = 'USD')",
            $"model = 'linear' AND ({sqlWhere})",
            $"GROUP BY {sqlBy}");
        Assert.NotEmpty(expected);
        Assert.Equal(Lines(expected, keys.Length, 2), Lines(Picked(run, keys.Length), keys.Length, 2));
    }

    [Theory]
    [InlineData("channel", null, "1")]
    [InlineData("channel", "touch_type = click", "touch_type = 'click'")]
    [InlineData("touch.country", "country = DE", "country = 'DE'")]
    public async Task Total_OfConversions_CountsEachOnce(string by, string? where, string sqlWhere)
    {
        string[] filter = where is null ? [] : ["--where", where];
        string[] args = ReporterRun.At(
            database.ClickHouse, database.Name,
            ["top", by, "--model", "linear", .. filter, "--format", "table"]);

        ReporterRun run = await ReporterRun.OfAsync([.. args, "--config", FlatDatabase.Config]);

        string total = run.Out.TrimEnd('\n').Split('\n')[^1];
        string[][] expected = await database.FlatAsync(
            "uniqExact(conversion_id)", $"model = 'linear' AND ({sqlWhere})", "");
        string shown = total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Equal(expected[0][0], shown.Replace(",", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("top", "contry", "there is no field 'contry'. Did you mean 'country'?")]
    [InlineData("top", "properties.", "there is no field 'properties.'")]
    [InlineData("channels", "--where", "chanel = Email",
        "there is no field 'chanel'. Did you mean 'channel'?")]
    [InlineData("channels", "--where", "revenue > much", "'much' is no number.")]
    [InlineData("channels", "--where", "conversion_time > someday", "'someday' is no time")]
    [InlineData("channels", "--where", "conversion_time > 1800-01-01", "times are taken, 1970 to 2200")]
    [InlineData("channels", "--where", "channel ~ '('", "no regular expression: missing ): (")]
    [InlineData("channels", "--where", "day = 7d", "'7d' is no day")]
    [InlineData("channels", "--where", "revenue > 1000000000000000000", "is too large")]
    public async Task Question_WithoutSense_IsRefused(params string[] argsAndMessage)
    {
        ReporterRun run = await database.RunAsync(argsAndMessage[..^1]);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(argsAndMessage[^1], run.Error, StringComparison.Ordinal);
    }

    /// <remarks>
    /// Counts, hours and weekdays are whole numbers of the server's own types, amounts are not.
    /// </remarks>
    [Theory]
    [InlineData("touches", "1", "2")]
    [InlineData("hour_of_day", "9", "12.0")]
    [InlineData("weekday", "1", "7")]
    [InlineData("revenue", "2.5", "50")]
    public async Task Numbers_InAList_AreEachCompared(string field, string one, string other)
    {
        string[] args = ["top", "conversion_id", "--model", "linear"];
        ReporterRun list =
            await database.RunAsync([.. args, "--where", $"{field} in ({one}, {other}, 0.5)"]);
        ReporterRun each = await database.RunAsync(
            [.. args, "--where", $"{field} = {one} or {field} = {other} or {field} = 0.5"]);
        ReporterRun not = await database.RunAsync(
            [.. args, "--where", $"{field} not in ({one}, {other}, 0.5)"]);
        ReporterRun all = await database.RunAsync(args);

        Assert.Equal((ExitCode.Ok, each.Out), (list.Code, list.Out));
        Assert.Equal(all.Cells().Length, Rows(list) + Rows(not));
        Assert.True(Rows(not) > 0);

        static int Rows(ReporterRun run) => run.Out.Count(c => c == '\n') - 1;
    }

    /// <summary>Key, conversions, credit and each currency's values; the share is not in the SQL.</summary>
    private static string[][] Picked(ReporterRun run, int keys)
    {
        string[] names = run.Out.Split('\n')[0].Split('\t');
        return [.. run.Cells().Select(cells => (string[])
        [
            .. cells[..(keys + 2)],
            .. ((string[])["EUR", "JPY", "USD"]).Select(
                code => Array.IndexOf(names, $"value_{code}") is var at and >= 0 ? cells[at] : "0"),
        ])];
    }

    private static Dictionary<string, string> Lines(string[][] rows, int keys, int decimals) => rows
        .ToDictionary(
            row => string.Join('|', row[..keys]),
            row => string.Join(
                '|', row[keys..].Select((cell, at) => Number(cell, at == 1 ? 6 - decimals : 4))));

    private static string Number(string text, int decimals) =>
        decimal.Round(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), decimals)
            .ToString("0.####", CultureInfo.InvariantCulture);
}
