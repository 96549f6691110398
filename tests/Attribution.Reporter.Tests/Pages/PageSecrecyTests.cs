using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>What a page that is sent around must not hold.</summary>
public sealed class PageSecrecyTests(EventDatabase database) : IClassFixture<EventDatabase>
{
    [Fact]
    public async Task Quality_OnAPage_HasNoSamples()
    {
        string[] args = ["--from", "2026-10-22", "--to", "2026-11-20"];
        ReporterRun command = await database.RunAsync(["quality", .. args]);
        ReporterRun run = await database.RunAsync(["report", "--no-charts", .. args]);

        JsonElement section = PageData.Section(run.Out, "quality");
        string[][] rejected = [.. PageData.Rows(section).Where(row => row[0] == "rejected")];
        Assert.Contains("ééé", command.Out, StringComparison.Ordinal);
        Assert.Equal(4, rejected.Length);
        Assert.All(rejected, row => Assert.Equal("", row[^1]));
        Assert.Equal(
            command.Cells().Where(row => row[0] == "rejected").Select(row => row[..^1]),
            rejected.Select(row => row[..^1]));
    }
}
