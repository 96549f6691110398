using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>--limit leaves rows out of the models side by side, and none of them out of the total.</summary>
public sealed class LimitTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    [Theory]
    [InlineData("models", "--measure", "credit")]
    [InlineData("models", "--measure", "share")]
    [InlineData("models", "--measure", "value")]
    [InlineData("models", "--by", "campaign,source")]
    public async Task Models_WithALimit_AreTheFirstOfAll(params string[] args)
    {
        ReporterRun all = await database.RunAsync(args);
        ReporterRun two = await database.RunAsync([.. args, "--limit", "2"]);
        ReporterRun json = await database.RunAsync([.. args, "--limit", "2", "--format", "json"]);

        string[][] rows = all.Cells();
        Assert.True(rows.Length > 2);
        Assert.Equal(rows[..2], two.Cells());
        Assert.Contains($"note: {rows.Length - 2} more rows", two.Error, StringComparison.Ordinal);
        Assert.Contains($"--limit {rows.Length} shows them", two.Error, StringComparison.Ordinal);
        Assert.Contains(rows[1][0], json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_WithALimit_HaveTheTotalOfAll()
    {
        string[] table = ["models", "--format", "table"];

        ReporterRun all = await database.RunAsync(table);
        ReporterRun two = await database.RunAsync([.. table, "--limit", "2"]);

        Assert.Equal(
            Words(all.Out.TrimEnd('\n').Split('\n')[^1]), Words(two.Out.TrimEnd('\n').Split('\n')[^1]));
    }

    /// <summary>By itself one is no rows. The list is over the values of a column.</summary>
    [Theory]
    [InlineData(0, "models", "1 more row, which the total includes; --limit {0} shows it.")]
    [InlineData(0, "channels", "1 more row, which the total includes; --limit {0} shows it.")]
    [InlineData(1, "trend events --by country", "1 more line; --limit {0} shows it.")]
    public async Task Limit_ThatLeavesOneOut_SaysSoOfOne(int column, string command, string note)
    {
        string[] args = command.Split(' ');
        int all = (await database.RunAsync(args)).Cells().Select(cells => cells[column]).Distinct().Count();
        Assert.True(all > 2);

        ReporterRun run = await database.RunAsync([.. args, "--limit", $"{all - 1}"]);

        Assert.Equal(
            "note: " + string.Format(CultureInfo.InvariantCulture, note, all), run.Error.TrimEnd('\n'));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
