using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What every command writes over the known data, letter by letter.</summary>
/// <remarks>
/// The files were checked by hand against <see cref="KnownData"/>, whose replaced and doubled rows, other
/// config and other project would each change them if they were counted.
/// </remarks>
public sealed class ExpectedOutputTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    [Theory]
    [InlineData("channels.table.txt", 120, "channels")]
    [InlineData("channels.narrow.txt", 64, "channels", "--model", "linear")]
    [InlineData("channels.linear.table.txt", 80, "channels", "--model", "linear")]
    [InlineData("campaigns.table.txt", 120, "campaigns", "--model", "linear")]
    [InlineData("campaigns.limit.table.txt", 80, "campaigns", "--model", "linear", "--limit", "2")]
    [InlineData("models.table.txt", 80, "models")]
    [InlineData("models.share.table.txt", 80, "models", "--measure", "share")]
    [InlineData("models.value.table.txt", 100, "models", "--measure", "value")]
    [InlineData("sources.60.txt", 60, "sources", "--model", "linear")]
    [InlineData("top.80.txt", 80, "top", "touch_type", "--by", "channel", "--where", "revenue > 10")]
    [InlineData("channels.compare.120.txt", 120, "channels", "--from", "2026-11-01", "--to", "2026-11-05",
        "--compare", "previous")]
    [InlineData("channels.compare.200.txt", 200, "channels", "--from", "2026-11-03", "--model", "linear",
        "--compare", "previous")]
    [InlineData("trend.60.txt", 60, "trend", "--from", "2026-11-01", "--to", "2026-11-09", "--every", "day")]
    [InlineData("trend.average.80.txt", 80, "trend", "value", "--from", "2026-10-19", "--every", "week",
        "--average", "2")]
    [InlineData("trend.by.120.txt", 120, "trend", "credit", "--by", "channel", "--model", "linear",
        "--every", "day")]
    [InlineData("trend.hour.200.txt", 200, "trend", "events", "--from", "2026-11-05T08:00:00Z", "--to",
        "2026-11-05T13:30:00Z", "--tz", "Asia/Kathmandu")]
    [InlineData("conversions.table.txt", 120, "conversions", "--model", "linear")]
    [InlineData("journey.table.txt", 100, "journey", "d1")]
    [InlineData("journey.unattributed.table.txt", 100, "journey", "nobody")]
    [InlineData("sql.table.txt", 80, "sql",
        "SELECT project, toUInt32(count()) AS n, max(revenue) AS most, [1, 2] AS numbers, NULL AS nothing, "
        + "toDateTime64('2026-11-01 08:00:00.25', 3, 'UTC') AS time FROM events FINAL GROUP BY project "
        + "ORDER BY project")]
    public async Task Table_OnTerminal_IsAsCommitted(string file, int width, params string[] args)
    {
        ReporterRun run = await database.RunAsync(new Terminal(width), args);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, $"{run.Out}--- notes\n{run.Error}");
    }

    [Fact]
    public async Task Table_WithColor_IsTheSameTextStyled()
    {
        ReporterRun styled =
            await database.RunAsync(new Terminal(80, HasColor: true), "channels", "--model", "last");
        ReporterRun plain = await database.RunAsync(new Terminal(80), "channels", "--model", "last");

        ReporterRun change = await database.RunAsync(
            new Terminal(120, HasColor: true), "channels", "--from", "2026-11-03", "--model", "linear",
            "--compare", "previous");

        ExpectedText.Matches("channels.color.txt", styled.Out);
        ExpectedText.Matches("channels.compare.color.txt", change.Out);
        string unstyled = styled.Out;
        foreach (string style in (string[])["\e[1m", "\e[2m", "\e[0m"])
            unstyled = unstyled.Replace(style, "", StringComparison.Ordinal);
        Assert.Equal(plain.Out, unstyled);
    }

    [Theory]
    [InlineData("channels.tsv", "channels")]
    [InlineData("channels.linear.csv", "channels", "--model", "linear", "--format", "csv")]
    [InlineData("campaigns.csv", "campaigns", "--model", "linear", "--format", "csv")]
    [InlineData("campaigns.json", "campaigns", "--model", "position_based", "--format", "json")]
    [InlineData("models.value.csv", "models", "--measure", "value", "--format", "csv")]
    [InlineData("conversions.json", "conversions", "--model", "linear", "--format", "json")]
    [InlineData("conversions.tsv", "conversions", "--model", "last_non_direct")]
    [InlineData("conversions.csv", "conversions", "--model", "last_non_direct", "--format", "csv")]
    [InlineData("journey.json", "journey", "u1", "--format", "json")]
    [InlineData("journey.linear.tsv", "journey", "00f3a94c1b22e7d0", "--model", "linear")]
    [InlineData("sql.json", "sql",
        "SELECT NULL AS a, toDecimal64('1.5000', 4) AS b, ['x', 'y'] AS c, 'q\"' AS d, "
        + "18446744073709551615 AS e, nan AS f, true AS g, toDate('2026-11-01') AS h", "--format", "json")]
    public async Task Data_InPipe_IsAsCommitted(string file, params string[] args)
    {
        ReporterRun run = await database.RunAsync(args);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, run.Out);
    }

    [Theory]
    [InlineData("config.old.tsv", "channels", "--config", "0123", "--model", "last")]
    [InlineData("project.shop.tsv", "channels", "--project", "shop", "--model", "last")]
    [InlineData("range.tsv", "channels", "--from", "2026-11-05T10:00:00Z", "--to", "2026-11-06T12:00:00Z",
        "--model", "last")]
    [InlineData("range.all.tsv", "channels", "--from", "2026-09-01", "--model", "last")]
    public async Task Options_NarrowTheData_AsCommitted(string file, params string[] args) =>
        await Data_InPipe_IsAsCommitted(file, args);
}
