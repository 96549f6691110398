using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>Paths, funnel, cohorts and quality of the page.</summary>
/// <remarks>
/// Each is the command's own answer, drawn anew, so each is compared with what the command prints; flows,
/// which the page alone works out, with plain SQL that counts them in another way.
/// </remarks>
[Collection(ShopCollection.Name)]
public sealed class PagePartTests(ShopDatabase shop)
{
    private const string InRange =
        "conversion_time >= '2026-10-21' AND conversion_time < '2026-11-21' AND model = 'linear'";

    [Fact]
    public async Task Paths_AreTheCommands()
    {
        JsonElement section = await SectionAsync("paths");
        ReporterRun command =
            await shop.RunAsync("paths", "--collapse", "--max-length", "3", "--limit", "1000");

        string[][] asked = command.Cells();
        string[][] rows = PageData.Rows(section);
        Assert.Equal(asked.Take(25).Select(row => row[2..]), rows.Take(25).Select(row => row[2..]));
        Assert.Equal(
            asked.Take(25).Select(row => string.Join(" → ", Path(row[0]))),
            rows.Take(25).Select(row => row[0]));
        Assert.Equal("(other paths)", rows[25][0]);
        Assert.Equal(asked.Skip(25).Sum(row => Number(row[2])), Number(rows[25][2]));
        Assert.Equal(asked.Skip(25).Sum(row => Number(row[5])), Number(rows[25][5]));
    }

    [Fact]
    public async Task Flows_IntoTheConversion_AreItsLastTouches()
    {
        Dictionary<string, decimal> flows = Flows(await SectionAsync("paths"));
        string answer = await shop.SqlAsync(
            "SELECT if(touches[1] = '', '(no touch)', channels[-1]) AS last, count() "
            + $"FROM $db.attributions FINAL WHERE {InRange} GROUP BY last");

        decimal other = 0;
        foreach (string[] row in Lines(answer))
        {
            if (flows.TryGetValue($"1 {row[0]}>0 Conversion", out decimal drawn))
                Assert.Equal(Number(row[1]), drawn);
            else
                other += Number(row[1]);
        }

        Assert.Equal(other, flows["1 (other)>0 Conversion"]);
        Assert.True(flows.Count(flow => flow.Key.EndsWith(">0 Conversion", StringComparison.Ordinal)) == 8);
    }

    [Fact]
    public async Task Flows_BetweenTouches_ArePlainSqls()
    {
        Dictionary<string, decimal> flows = Flows(await SectionAsync("paths"));
        string answer = await shop.SqlAsync(
            "SELECT arrayLast(name -> name != channels[-1], channels) AS before, channels[-1] AS last, "
            + $"count() FROM $db.attributions FINAL WHERE {InRange} AND touches[1] != '' "
            + "GROUP BY before, last HAVING before != ''");

        int found = 0;
        foreach (string[] row in Lines(answer))
        {
            if (!flows.TryGetValue($"2 {row[0]}>1 {row[1]}", out decimal drawn))
                continue;
            Assert.Equal(Number(row[2]), drawn);
            found++;
        }

        Assert.True(found > 20, $"Only {found} flows were compared.");
    }

    [Fact]
    public async Task Flows_OfEachStep_AreAllJourneysThatLong()
    {
        Dictionary<string, decimal> flows = Flows(await SectionAsync("paths"));
        string answer = await shop.SqlAsync(
            "SELECT count(), countIf(steps >= 2), countIf(steps >= 3), countIf(steps >= 4) FROM (SELECT "
            + $"length(arrayCompact(channels)) AS steps FROM $db.attributions FINAL WHERE {InRange})");

        Assert.Equal(
            Lines(answer)[0].Select(Number),
            Enumerable.Range(1, 4).Select(step => flows
                .Where(flow => flow.Key.StartsWith($"{step} ", StringComparison.Ordinal))
                .Sum(flow => flow.Value)));
    }

    [Fact]
    public async Task Funnel_OfNoSteps_IsFromATouchToWhatIsPaidFor()
    {
        JsonElement section = await SectionAsync("funnel");
        ReporterRun command = await shop.RunAsync("funnel", "type in (visit, click)", "purchase");

        Assert.Equal(command.Cells(), PageData.Rows(section));
        Assert.Equal(
            command.Cells().Select(row => Number(row[2])),
            section.GetProperty("charts")[0].GetProperty("values").EnumerateArray()
                .Select(value => value.GetDecimal()));
        Assert.Equal(
            "attribution funnel 'type in (visit, click)' purchase",
            section.GetProperty("command").GetString());
    }

    [Fact]
    public async Task Funnel_OfSteps_IsTheCommands()
    {
        JsonElement section = await SectionAsync(
            "funnel", "--funnel", "click", "source = google or type = visit", "purchase", "--within", "3d");
        ReporterRun command = await shop.RunAsync(
            "funnel", "click", "source = google or type = visit", "purchase", "--within", "3d");

        Assert.Equal(command.Cells(), PageData.Rows(section));
    }

    [Theory]
    [InlineData("30d", "week")]
    [InlineData("7d", "day")]
    [InlineData("300d", "month")]
    public async Task Cohorts_AreTheCommands(string from, string period)
    {
        JsonElement section = await SectionAsync("cohort", "--from", from);
        ReporterRun command = await shop.RunAsync("cohort", "--every", period, "--from", from);

        string[][] expected = [.. command.Cells().GroupBy(row => row[0]).Select(cohort => (string[])
            [cohort.Key, cohort.First()[1], .. cohort.Select(row => row[4])])];
        Assert.Equal(expected, PageData.Rows(section).Select(row => row.Where(cell => cell != "\\N")));
        int?[] open = [.. section.GetProperty("tables")[0].GetProperty("open").EnumerateArray()
            .Select(each => each.ValueKind == JsonValueKind.Null ? (int?)null : each.GetInt32())];
        Assert.Equal(
            command.Cells().GroupBy(row => row[0]).Select(cohort =>
                cohort.Last()[5] == "true" ? (int?)null : cohort.Count() + 1),
            open);
        Assert.Contains(open, at => at is not null);
    }

    [Fact]
    public async Task Quality_IsTheCommands()
    {
        JsonElement section = await SectionAsync("quality");

        Assert.Equal((await shop.RunAsync("quality")).Cells(), PageData.Rows(section));
        // Behind the two lines of its head, what the command asks is what the page shows of it.
        Assert.Equal(
            (await shop.RunAsync("quality", "--explain")).Out.Split('\n', 3)[2],
            string.Concat(section.GetProperty("sql").EnumerateArray().Select(sql => $"\n{sql}\n")));
    }

    [Fact]
    public async Task Filter_ThatPathsRefuse_IsSaidThere()
    {
        JsonElement section = await SectionAsync("paths", "--where", "touch.country = DE");

        Assert.Contains(
            "not filtered by the events of their touches",
            section.GetProperty("empty").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_OfCredit_LeavesEventsAloneAndSaysSo()
    {
        JsonElement section = await SectionAsync("funnel", "--where", "source = google");

        Assert.Equal(PageData.Rows(await SectionAsync("funnel")), PageData.Rows(section));
        Assert.Contains("Of all events", section.GetProperty("about").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_ThatMakeNoSense_AreAUsageError()
    {
        ReporterRun run =
            await shop.RunAsync("report", "--no-charts", "--funnel", "nonsense = 1", "purchase");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("nonsense", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_IsThePartOfHowMany()
    {
        ReporterRun run = await shop.RunAsync(new Terminal { HasProgress = true }, "report", "--no-charts");
        ReporterRun quiet =
            await shop.RunAsync(new Terminal { HasProgress = true }, "report", "--no-charts", "--quiet");

        Assert.Contains("1 of 8: Channels", run.Error, StringComparison.Ordinal);
        Assert.Contains("8 of 8: Quality of the data", run.Error, StringComparison.Ordinal);
        Assert.Equal("", quiet.Error);
    }

    [Fact]
    public async Task Explained_IsTheSqlOfEveryPart()
    {
        ReporterRun run = await shop.RunAsync("report", "--no-charts", "--explain");

        Assert.DoesNotContain("<html", run.Out, StringComparison.Ordinal);
        Assert.All(
            (string[])["quantilesExactInclusiveArrayIf", "median_millis", "late_minute"],
            part => Assert.Contains(part, run.Out, StringComparison.Ordinal));
    }

    private async Task<JsonElement> SectionAsync(string id, params string[] args)
    {
        ReporterRun run = await shop.RunAsync(["report", .. args]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return PageData.Section(run.Out, id);
    }

    private static Dictionary<string, decimal> Flows(JsonElement section) => section
        .GetProperty("charts")[0].GetProperty("links").EnumerateArray().ToDictionary(
            link => $"{link.GetProperty("source").GetString()}>{link.GetProperty("target").GetString()}",
            link => link.GetProperty("value").GetDecimal());

    private static string[] Path(string json)
    {
        string[] path = JsonSerializer.Deserialize<string[]>(json)!;
        return path.Length == 0
            ? ["(no touch)"]
            : [.. path.Select(step => step.Length == 0 ? "(none)" : step == "…" ? "earlier touches" : step)];
    }

    private static string[][] Lines(string answer) =>
        [.. answer.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
