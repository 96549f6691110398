using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Conversions under a filter, page by page, equal the same question in plain SQL.</summary>
public sealed class ConversionsCommandTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    private const string These =
        $"project = 'default' AND model = 'linear' AND config = '{FlatDatabase.Config}'";

    [Theory]
    [InlineData(null, "1")]
    [InlineData("revenue > 500.5 and currency = EUR", "revenue > 500.5 AND currency = 'EUR'")]
    [InlineData("not conversion_type = purchase", "conversion_type = 'signup'")]
    [InlineData("touches = 0", "touch_count = 0")]
    [InlineData("touches >= 2 or revenue = 0", "touch_count >= 2 OR revenue = 0")]
    [InlineData("currency is empty", "currency = ''")]
    [InlineData("user_id in (u7, u8)", "user_id IN ('u7', 'u8')")]
    [InlineData("day = 2026-11-01", "toDate(conversion_time) = '2026-11-01'")]
    [InlineData("person = 00000000000003e8", "conversion_id = 'c1000'")]
    // Of the touches, one must fulfil it.
    [InlineData("channel = Email", "channel = 'Email'")]
    [InlineData("not channel = Email", "channel != 'Email'")]
    [InlineData("channel = Email or campaign like 'k_'", "channel = 'Email' OR match(campaign, '^k.$')")]
    [InlineData("channel = Email and campaign = k3",
        "conversion_id IN (SELECT conversion_id FROM $db.flat WHERE $this AND channel = 'Email') "
        + "AND conversion_id IN (SELECT conversion_id FROM $db.flat WHERE $this AND campaign = 'k3')")]
    [InlineData("touch_time < 2026-11-01T00:00:00Z and touches > 0",
        "touch_time < '2026-11-01' AND touch_count > 0")]
    // Of the event.
    [InlineData("country = DE", "country = 'DE'")]
    [InlineData("properties.plan = pro and channel = Direct",
        "JSONExtractString(properties, 'plan') = 'pro' AND channel = 'Direct'")]
    [InlineData("not conversion.revenue > 100 and type = signup",
        "NOT ifNull(event_revenue > 100, 0) AND conversion_type = 'signup'")]
    [InlineData("country = nowhere", "0")]
    public async Task Conversions_UnderFilter_EqualPlainSql(string? where, string sql)
    {
        string[] filter = where is null ? [] : ["--where", where];

        ReporterRun run = await database.RunAsync(
            ["conversions", "--model", "linear", "--limit", "5000", "--no-header", .. filter]);

        Assert.Equal(ExitCode.Ok, run.Code);
        string[][] expected = await database.FlatAsync(
            "DISTINCT conversion_time, conversion_id, revenue",
            $"model = 'linear' AND ({sql.Replace("$this", These, StringComparison.Ordinal)})",
            "ORDER BY conversion_time DESC, conversion_id DESC");
        Assert.Equal(
            expected.Select(row => $"{row[1]} {Money(row[2])}"),
            run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
                .Select(cells => $"{cells[1]} {Money(cells[4])}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("channel = Email and country = DE")]
    public async Task Pages_OneAfterAnother_AreAllRowsOnce(string? where)
    {
        string[] question =
        [
            "conversions", "--fields", "conversion_id", "--no-header", "--from", "2026-11-15", "--model",
            "last",
        ];
        question = where is null ? question : [.. question, "--where", where];
        string all = (await database.RunAsync([.. question, "--limit", "5000"])).Out;

        string paged = "";
        string[] before = [];
        for (int page = 1; ; page++)
        {
            ReporterRun run = await database.RunAsync([.. question, "--limit", "9", .. before]);
            ReporterRun numbered =
                await database.RunAsync([.. question, "--limit", "9", "--page", $"{page}"]);
            Assert.Equal((ExitCode.Ok, run.Out), (run.Code, numbered.Out));
            paged += run.Out;
            int at = run.Error.IndexOf("--before ", StringComparison.Ordinal);
            if (at < 0)
                break;
            before = ["--before", run.Error[(at + "--before ".Length)..].Trim()];
        }

        Assert.True(all.Split('\n').Length > 10);
        Assert.Equal(all, paged);
    }

    [Theory]
    [InlineData("channel = Email or revenue > 1", "join them by 'and' only")]
    [InlineData("country = DE or channel = Email", "join them by 'and' only")]
    [InlineData("touch.country = DE", "not filtered by the events of their touches")]
    [InlineData("chanel = Email", "Did you mean 'channel'?")]
    public async Task Filter_ThatMixes_IsRefused(string where, string message)
    {
        ReporterRun run = await database.RunAsync("conversions", "--where", where);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static string Money(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            .ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);
}
