using System.Diagnostics;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Faults.Processes;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// Backup and restore are tried as they are written: the commands are those of docs/operations.md. Then ids
/// and attributions of the restored engine are compared with what clients were told.
/// </remarks>
public class BackupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Restore_OfABackupTakenUnderLoad_HoldsWhatWasAcknowledgedBeforeIt()
    {
        using var folder = new TemporaryFolder();
        var traffic = new CrashTraffic(seed: 5, eventsPerBatch: 20);
        long before;

        // Rows wait for 3 s before they are sent, so that much of what is acknowledged lies in the journal
        // only while the backup is taken.
        await using (var engine = new CrashEngine(Data(folder), "--batch-age-ms 3000", Patience))
        {
            await engine.WaitUntilReadyAsync(CancellationToken.None);
            await using (CrashSenders senders = Senders(traffic, engine, folder))
            {
                await UntilAsync(() => senders.AcknowledgedEvents > 8_000);
                before = Stopwatch.GetTimestamp();
                await RunAsync("backup while it runs", folder, engine.Ports);
                traffic.Close();
                await senders.FinishAsync(Patience, CancellationToken.None);
            }
        }

        Lose(folder);
        await RunAsync("restore of a running backup", folder, FixedPorts.Choose());
        CrashAudit audit = await StartAndAuditAsync(folder, traffic);

        HashSet<string> due =
        [
            .. traffic.Taken.Where(batch => batch.AcknowledgedAt <= before).SelectMany(batch => batch.Ids),
        ];
        Assert.True(due.Count > 5_000, $"{due.Count} events prove little");
        Assert.Empty(audit.Lost.Intersect(due));
        AssertIsWhole(audit);
    }

    [Fact]
    public async Task Restore_OfACopyOfAStoppedEngine_HoldsEverything()
    {
        using var folder = new TemporaryFolder();
        var traffic = new CrashTraffic(seed: 6, eventsPerBatch: 50, maxBatches: 60);
        await using (var engine = new CrashEngine(Data(folder), "", Patience))
        {
            await engine.WaitUntilReadyAsync(CancellationToken.None);
            await using (CrashSenders senders = Senders(traffic, engine, folder))
                await senders.FinishAsync(Patience, CancellationToken.None);
            await RunAsync("backup of a stopped engine", folder, engine.Ports);
        }

        Lose(folder);
        await RunAsync("restore of a stopped engine", folder, FixedPorts.Choose());
        CrashAudit audit = await StartAndAuditAsync(folder, traffic);

        Assert.True(audit.Acknowledged > 2_500, $"{audit.Acknowledged} events prove little");
        Assert.Empty(audit.Lost);
        AssertIsWhole(audit);
    }

    private static string Data(TemporaryFolder folder) => DocumentedCommands.Data(folder.Path);

    private static CrashSenders Senders(CrashTraffic traffic, CrashEngine engine, TemporaryFolder folder)
    {
        var options = new CrashOptions { Folder = folder.Path, EventsPerSecond = 5_000, Clients = 2 };
        return new CrashSenders(traffic, engine.Ports.EngineUrl, options, CancellationToken.None);
    }

    /// <summary>The disk is gone; only the backup is left.</summary>
    private static void Lose(TemporaryFolder folder) => Directory.Delete(Data(folder), recursive: true);

    private static async Task<CrashAudit> StartAndAuditAsync(TemporaryFolder folder, CrashTraffic traffic)
    {
        await using (var engine = new CrashEngine(Data(folder), "", Patience))
        {
            await engine.WaitUntilReadyAsync(CancellationToken.None);
            await engine.StopAsync(CancellationToken.None);
        }

        return await StoredEvents.AuditAsync(Data(folder), traffic.Taken, CancellationToken.None);
    }

    private static void AssertIsWhole(CrashAudit audit)
    {
        Assert.Empty(audit.Invented);
        Assert.Empty(audit.Doubled);
        Assert.Equal(0, audit.DeadLetters);
        Assert.True(audit.Attributions > 200, $"{audit.Attributions} rows prove little");
        Assert.Equal(audit.ReplayDigest, audit.Digest);
    }

    private static Task<string> RunAsync(string commands, TemporaryFolder folder, FixedPorts ports) =>
        DocumentedCommands.RunAsync(commands, folder.Path, ports);

    private static async Task UntilAsync(Func<bool> condition)
    {
        long until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < until, "the clients were not acknowledged in time");
            await Task.Delay(10);
        }
    }
}
