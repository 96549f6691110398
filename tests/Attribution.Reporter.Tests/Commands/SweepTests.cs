using System.Globalization;
using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Windows tried out one by one equal configs with these windows.</summary>
public sealed class SweepTests(WhatIfDatabase database) : IClassFixture<WhatIfDatabase>
{
    private static readonly string[] Range =
        ["--project", "many", "--from", "2026-10-05", "--to", "2026-11-20"];

    [Theory]
    [InlineData("window=1h..7d", "linear",
        """{"windows":{"click":"W","view":"W","visit":"W","referrer":"W"}}""",
        "1h,3h,6h,12h,1d,3d,7d")]
    [InlineData("click=2d, 20d,5d", "last", """{"windows":{"click":"W"}}""", "2d,5d,20d")]
    public async Task Sweep_OfWindows_EqualsAConfigWithEach(
        string sweep, string model, string config, string windows)
    {
        ReporterRun run = await RunAsync(["models", "--sweep", sweep, "--model", model, "--config", "web"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        string[] names = run.Out.Split('\n')[0].Split('\t');
        Assert.Equal(["channel", .. windows.Split(','), "spread", "stability"], names);
        string file = Path.GetTempFileName();
        for (int at = 1; at < names.Length - 2; at++)
        {
            await File.WriteAllTextAsync(file, config.Replace("W", names[at], StringComparison.Ordinal));
            Dictionary<string, decimal> alone = await CreditsAsync(file, model);
            Assert.True(alone.Count > 2, "Too little data to show a mistake.");
            Assert.Equal(
                alone,
                run.Cells().Where(cells => Number(cells[at]) != 0)
                    .ToDictionary(cells => cells[0], cells => Number(cells[at])));
        }

        File.Delete(file);
        Assert.All(run.Cells(), cells =>
        {
            decimal[] credits = [.. cells[1..^2].Select(Number)];
            Assert.Equal(credits.Max() - credits.Min(), Number(cells[^2]));
        });
        Assert.Contains(run.Cells(), cells => Number(cells[^1]) is > 0 and < 1);
    }

    [Theory]
    [InlineData("window", "is no sweep")]
    [InlineData("size=1h..2h", "is no sweep")]
    [InlineData("window=1h", "1 windows; 2 to 16 were expected")]
    [InlineData("window=2d..1d", "2d is not below 1d")]
    [InlineData("window=soon..1d", "'soon' is no window")]
    [InlineData("window=1d..9999d", "does not allow 9999d")]
    public async Task Sweep_WithoutSense_IsRefused(string sweep, string message)
    {
        ReporterRun run = await RunAsync(["models", "--sweep", sweep, "--config", "web"]);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_WithALimit_IsTheFirstRows()
    {
        string[] sweep = ["models", "--sweep", "window=1h..1d", "--config", "web"];
        ReporterRun all = await RunAsync(sweep);
        ReporterRun first = await RunAsync([.. sweep, "--limit", "1"]);

        Assert.True(all.Cells().Length > 1);
        Assert.Equal(all.Cells()[..1], first.Cells());
        Assert.Contains($"--limit {all.Cells().Length} shows", first.Error, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, decimal>> CreditsAsync(string config, string model)
    {
        ReporterRun run = await RunAsync(
            ["whatif", "--config", config, "--against", "mmp", "--model", model, "--format", "json"]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        using var document = JsonDocument.Parse(run.Out);
        return document.RootElement.GetProperty("channels").EnumerateArray()
            .GroupBy(channel => channel.GetProperty("channel").GetString()!)
            .Select(group => (
                group.Key, Sum: group.Sum(each => each.GetProperty("credit_after").GetDecimal())))
            .Where(each => each.Sum != 0)
            .ToDictionary(each => each.Key, each => each.Sum);
    }

    private Task<ReporterRun> RunAsync(string[] args) =>
        ReporterRun.OfAsync(ReporterRun.At(database.ClickHouse, database.Name, [.. args, .. Range]));

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
