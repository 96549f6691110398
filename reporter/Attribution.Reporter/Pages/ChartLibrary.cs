using Attribution.ClickHouse.Embedded;

namespace Attribution.Reporter.Pages;

/// <summary>
/// Apache ECharts, the one script of a page that is not the reporter's own: fetched once per machine through
/// npm, verified, and written into each page. Stateless.
/// </summary>
internal static class ChartLibrary
{
    private static readonly LibraryPackage Package = new(
        "6.1.0",
        "echarts",
        "sha512-q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==",
        TarballBytes: 12_178_508,
        LibraryBytes: 1_121_883)
    {
        Entry = "package/dist/echarts.min.js",
        Folder = "echarts",
        Holds = "Apache ECharts, which draws the page's charts,",
        WayOut = "write the tables alone with --no-charts",
    };

    /// <exception cref="ReportException">It cannot be had; the message says what to do.</exception>
    public static async Task<string> ReadAsync(CancellationToken cancel)
    {
        try
        {
            string file = await EmbeddedLibrary.EnsureAsync(Package, null, cancel).ConfigureAwait(false);
            return await File.ReadAllTextAsync(file, cancel).ConfigureAwait(false);
        }
        catch (EmbeddedException error)
        {
            throw new ReportException(error.Message);
        }
    }
}
