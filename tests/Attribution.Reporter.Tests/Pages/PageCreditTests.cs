using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>Channels, models, trend and campaigns of the page, their charts and the figures above.</summary>
/// <remarks>Each is the command's own answer, so each is compared with what the command prints.</remarks>
[Collection(ShopCollection.Name)]
public sealed class PageCreditTests(ShopDatabase shop)
{
    private static readonly string[] Filtered = ["--where", "country = DE"];

    [Theory]
    [InlineData("channels", "channels --model linear --compare previous")]
    [InlineData("models", "models")]
    [InlineData("campaigns", "campaigns --model linear --limit 100")]
    public async Task Credit_IsTheCommands(string id, string command)
    {
        foreach (string[] where in (string[][])[[], Filtered])
        {
            ReporterRun asked = await shop.RunAsync([.. command.Split(' '), .. where]);
            ReporterRun page = await PageAsync(where);

            Assert.True(asked.Cells().Length > 5);
            Assert.Equal(asked.Cells(), PageData.Rows(PageData.Section(page.Out, id)));
        }
    }

    [Fact]
    public async Task Comparison_OfAYear_IsTheCommands()
    {
        string[] range = ["--from", "2026-10-01", "--to", "2026-11-01", "--compare", "year"];
        ReporterRun asked = await shop.RunAsync(["channels", "--model", "linear", .. range]);

        Assert.Equal(
            asked.Cells(), PageData.Rows(PageData.Section((await PageAsync(range)).Out, "channels")));
    }

    [Fact]
    public async Task Models_AreDrawnAsTheyAre()
    {
        ReporterRun asked = await shop.RunAsync("models");
        JsonElement chart =
            PageData.Section((await PageAsync()).Out, "models").GetProperty("charts")[0];

        string[][] rows = [.. asked.Cells().Take(12)];
        string[] names = asked.Out.Split('\n')[0].Split('\t');
        Assert.Equal(rows.Select(row => row[0]), Texts(chart.GetProperty("names")));
        JsonElement[] series = [.. chart.GetProperty("series").EnumerateArray()];
        Assert.Equal(names[1..^1], series.Select(each => each.GetProperty("name").GetString()));
        for (int at = 0; at < series.Length; at++)
            Assert.Equal(
                rows.Select(row => Number(row[at + 1])),
                series[at].GetProperty("values").EnumerateArray().Select(value => value.GetDecimal()));
    }

    [Fact]
    public async Task Trend_IsTheCommands()
    {
        foreach (string[] where in (string[][])[[], Filtered])
        {
            ReporterRun asked = await shop.RunAsync(
                ["trend", "conversions", "--by", "channel", "--model", "linear", .. where]);
            JsonElement section = PageData.Section((await PageAsync(where)).Out, "trend");
            var expected = asked.Cells().ToDictionary(row => (row[0], row[1]), row => Number(row[2]));
            string[] channels = [.. asked.Cells().Select(row => row[1]).Distinct()];

            Assert.Equal(
                channels,
                section.GetProperty("tables")[0].GetProperty("columns").EnumerateArray().Skip(1)
                    .Select(column => column.GetProperty("title").GetString()));
            string[][] rows = PageData.Rows(section);
            Assert.Equal(asked.Cells().Select(row => row[0]).Distinct(), rows.Select(row => row[0]));
            Assert.All(rows, row => Assert.Equal(
                channels.Select(channel => expected.GetValueOrDefault((row[0], channel))),
                row[1..].Select(Number)));
            AssertLines(section, [.. rows.Select(row => row[0])], channels, expected);
        }
    }

    [Fact]
    public async Task Facts_AreTheTotalsOfEachCurrency()
    {
        ReporterRun asked = await shop.RunAsync("channels", "--model", "linear", "--compare", "previous");
        JsonElement[] facts = [.. PageData.Of((await PageAsync()).Out).GetProperty("facts").EnumerateArray()];

        string[] names = asked.Out.Split('\n')[0].Split('\t');
        decimal Sum(string name) => asked.Cells().Sum(row => Number(row[Array.IndexOf(names, name)]));
        Assert.Equal(
            ["conversions", "EUR", "USD"], facts.Select(fact => fact.GetProperty("name").GetString()));
        Assert.Equal(
            [decimal.Round(Sum("credit")), Sum("value_EUR"), Sum("value_USD")],
            facts.Select(fact => fact.GetProperty("value").GetDecimal()));
        Assert.Equal(
            ((string[])["credit", "value_EUR", "value_USD"]).Select(name =>
                decimal.Round((Sum(name) - Sum($"{name}_before")) / Sum($"{name}_before"), 6)),
            facts.Select(fact => fact.GetProperty("change").GetDecimal()));
    }

    [Fact]
    public async Task Campaigns_OfALimit_AreAsManyAndSaySo()
    {
        JsonElement section = PageData.Section((await PageAsync("--limit", "3")).Out, "campaigns");

        Assert.Equal(3, PageData.Rows(section).Length);
        Assert.Contains(
            Texts(section.GetProperty("notes")),
            note => note.Contains("more rows, which the total includes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sections_HaveTheirSqlAndTheirCommand()
    {
        JsonElement data = PageData.Of((await PageAsync()).Out);

        foreach (JsonElement section in data.GetProperty("sections").EnumerateArray())
        {
            string id = section.GetProperty("id").GetString()!;
            Assert.StartsWith(
                $"attribution {id}", section.GetProperty("command").GetString(), StringComparison.Ordinal);
            Assert.Contains(
                Texts(section.GetProperty("sql")),
                sql => sql.Contains("SET param_project = 'default'", StringComparison.Ordinal)
                    && sql.Contains("FROM ", StringComparison.Ordinal));
        }
    }

    /// <summary>The largest channels, and all others as one.</summary>
    private static void AssertLines(
        JsonElement section, string[] times, string[] channels,
        Dictionary<(string, string), decimal> expected)
    {
        const int Most = 8;
        JsonElement chart = section.GetProperty("charts")[0];
        Assert.Equal(times, Texts(chart.GetProperty("names")));
        var drawn = chart.GetProperty("series").EnumerateArray().ToDictionary(
            each => each.GetProperty("name").GetString()!,
            each => each.GetProperty("values").EnumerateArray().Select(value => value.GetDecimal()));
        Assert.Equal([.. channels.Take(Most), "(other)"], drawn.Keys);
        Assert.All(channels.Take(Most), channel => Assert.Equal(
            times.Select(time => expected.GetValueOrDefault((time, channel))), drawn[channel]));
        Assert.Equal(
            times.Select(time => channels.Skip(Most).Sum(
                channel => expected.GetValueOrDefault((time, channel)))),
            drawn["(other)"]);
    }

    private async Task<ReporterRun> PageAsync(params string[] args)
    {
        ReporterRun run = await shop.RunAsync(["report", "--model", "linear", .. args]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return run;
    }

    private static string[] Texts(JsonElement array) =>
        [.. array.EnumerateArray().Select(each => each.GetString()!)];

    private static decimal Number(string text) =>
        text == "\\N" ? 0 : decimal.Parse(text, CultureInfo.InvariantCulture);
}
