using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>A period beside the one before equals both asked for alone.</summary>
public sealed class CompareTests(FlatDatabase database) : IClassFixture<FlatDatabase>
{
    [Theory]
    [InlineData("channel", "UTC", "2026-11-01", "2026-11-08", "2026-10-25", "2026-11-01")]
    [InlineData("country", "Europe/Berlin", "2026-10-22", "2026-10-26", "2026-10-18", "2026-10-22")]
    // Nothing was before, and nothing is now.
    [InlineData("channel", "UTC", "2026-10-15", "2026-10-16", "2026-10-14", "2026-10-15")]
    [InlineData("campaign,channel", "UTC", "2026-11-18T01:00:00Z", "2026-11-18T01:20:00Z",
        "2026-11-18T00:40:00Z", "2026-11-18T01:00:00Z")]
    public async Task Previous_EqualsThatPeriodAlone(
        string by, string zone, string from, string to, string before, string end)
    {
        string[] question = ["top", by, "--model", "linear", "--tz", zone];

        ReporterRun run = await database.RunAsync(
            [.. question, "--from", from, "--to", to, "--compare", "previous"]);
        ReporterRun now = await database.RunAsync([.. question, "--from", from, "--to", to]);
        ReporterRun then = await database.RunAsync([.. question, "--from", before, "--to", end]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Dictionary<string, Dictionary<string, decimal>> both = Lines(run, by);
        Dictionary<string, Dictionary<string, decimal>> current = Lines(now, by);
        Dictionary<string, Dictionary<string, decimal>> earlier = Lines(then, by);
        Assert.Equal(current.Keys.Union(earlier.Keys).ToHashSet(), [.. both.Keys]);
        foreach ((string key, Dictionary<string, decimal> line) in both)
        {
            foreach (string name in (string[])["credit", "value_EUR", "value_USD", "value_JPY"])
            {
                decimal sum = current.GetValueOrDefault(key)?.GetValueOrDefault(name) ?? 0;
                decimal was = earlier.GetValueOrDefault(key)?.GetValueOrDefault(name) ?? 0;
                Assert.Equal(sum, line.GetValueOrDefault(name));
                Assert.Equal(was, line.GetValueOrDefault($"{name}_before"));
                Assert.Equal(was != 0, line.TryGetValue($"{name}_change", out decimal change));
                if (was != 0)
                    Assert.Equal(decimal.Round((sum - was) / was, 6), change);
            }
        }
    }

    [Fact]
    public async Task Channels_Compared_ShowOneModel()
    {
        ReporterRun run = await database.RunAsync("channels", "--from", "7d", "--compare", "year");

        Assert.StartsWith("channel\tconversions\tcredit\tshare", run.Out, StringComparison.Ordinal);
        Assert.All(run.Cells(), cells => Assert.Contains("\\N", cells));
    }

    /// <summary>The numbers of each line, by its key and the column's name; without the nulls.</summary>
    private static Dictionary<string, Dictionary<string, decimal>> Lines(ReporterRun run, string by)
    {
        int keys = by.Split(',').Length;
        string[] names = run.Out.Split('\n')[0].Split('\t');
        if (run.Out.TrimEnd('\n').Split('\n').Length == 1)
            return [];
        return run.Cells().ToDictionary(
            cells => string.Join('|', cells[..keys]),
            cells => Enumerable.Range(keys, names.Length - keys).Where(at => cells[at] != "\\N").ToDictionary(
                at => names[at], at => decimal.Parse(cells[at], CultureInfo.InvariantCulture)));
    }
}
