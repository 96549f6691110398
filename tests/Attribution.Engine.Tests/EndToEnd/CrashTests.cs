using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Faults.Processes;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// The promise, kept by real processes: clients send simulated journeys and send again what was not
/// acknowledged; engine, ClickHouse or both get SIGKILL at moments drawn from a seed, during the first start,
/// during recoveries and while inserts are on their way. At the end ids are compared with what is stored, the
/// stored bytes with those of an engine that nobody killed, and the attributions with both that engine's and
/// a replay's. <c>bench crash</c> does the same for longer.
/// </remarks>
public class CrashTests
{
    [Fact]
    public async Task Kill9_OfEngineAndClickHouseAtAnyMoment_KeepsEveryEventOnceAndItsAttribution()
    {
        using var folder = new TemporaryFolder();
        var options = new CrashOptions
        {
            Folder = folder.Path,
            Kills = 8,
            Seed = 2,
            EventsPerSecond = 4_000,
            LongestWait = TimeSpan.FromSeconds(1.5),
        };

        CrashReport report = await new CrashRun(options).RunAsync(null, CancellationToken.None);

        Assert.Empty(report.Problems);
        Assert.Equal(3, report.Kills.Select(kill => kill.Target).Distinct().Count());
        Assert.Equal(3, report.Kills.Select(kill => kill.Moment).Distinct().Count());
        Assert.Equal(report.Audit.Sent, report.Audit.Acknowledged);
        Assert.True(report.Unanswered > 0, "no request met a kill");
        Assert.True(report.Starts.Sum(start => start.Replayed) > 0, "no start had anything to replay");
        Assert.True(report.Audit.Acknowledged > 2_000, $"{report.Audit.Acknowledged} events prove little");
        Assert.True(report.Audit.Attributions > 200, $"{report.Audit.Attributions} rows prove little");
    }
}
