using System.Diagnostics;
using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Replay;

/// <remarks>
/// The program runs as a process of its own over a range and over one of five times as many events, persons
/// and conversions, with the same --memory, which the smaller one already needs more than one pass for. The
/// kernel's figure of the most memory that each ever had is compared: what is kept per event, person,
/// conversion or pass is in the second one five times. Both have the same limited heap, for how much garbage
/// a process lets lie otherwise is the collector's choice, by the machine's caches and memory.
/// </remarks>
public sealed class ReplayMemoryTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int SmallRows = 300_000;
    private const int LargeRows = 1_500_000;
    private const string Memory = "24MiB";

    // The larger range has 100 MB more of histories, and 400 MB more of rows to write.
    private const long MaxGrowthBytes = 24L << 20;

    // How much of the heap is garbage at the moment of most memory differs from run to run by as much as is
    // allowed; what is kept is there in each.
    private const int Attempts = 4;

    // 128 MiB, written as the runtime reads it. The smaller range needs more than 80.
    private const string HeapLimit = "0x8000000";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("replay", "--config", "web")]
    [InlineData("replay", "--config", "web", "--dry-run")]
    public async Task Memory_OfAProcessThatReplays_DoesNotGrowWithTheEvents(params string[] command)
    {
        string smallRange = await DatabaseAsync(SmallRows);
        string largeRange = await DatabaseAsync(LargeRows);
        long small = 0;
        long large = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && large - small >= MaxGrowthBytes; attempt++)
        {
            small = Math.Max(small, await PeakAsync(smallRange, command));
            large = Math.Min(large, await PeakAsync(largeRange, command));
        }

        Assert.True(large - small < MaxGrowthBytes, $"{small:N0} bytes, and {large:N0} of the larger range");
    }

    private async Task<string> DatabaseAsync(int rows)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await clickHouse.QueryAsync(
            $"""
            INSERT INTO {database}.events
                (project, event_id, type, timestamp, received_at, anonymous_id, source, medium, campaign,
                 revenue, currency, sequence)
            SELECT 'default', concat('an-id-that-fits-no-uuid-', toString(number)),
                   ['click', 'visit', 'click', 'impression', 'click', 'visit', 'visit', 'purchase']
                       [1 + cityHash64(number) % 8] AS kind,
                   toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + toIntervalSecond(number % 1000000) AS time,
                   time, concat('a', toString(cityHash64(number, 1) % {rows / 8})),
                   ['google', 'news', ''][1 + number % 3], ['cpc', 'email', ''][1 + number % 3],
                   concat('k', toString(number % 50)), if(kind = 'purchase', number % 997, NULL), 'EUR',
                   number + 1
            FROM numbers({rows})
            """);
        return database;
    }

    private async Task<long> PeakAsync(string database, string[] command)
    {
        string[] args = ReporterRun.At(
            clickHouse, database,
            [.. command, "--memory", Memory, "--threads", "2", "--from", "2026-11-01", "--to", "2026-11-16"]);
        var start = new ProcessStartInfo("dotnet", [ProgramRun.Reporter, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            long peak = 0;
            while (!output.IsCompleted)
            {
                peak = Math.Max(peak, ProcessMemory.PeakBytes(process.Id));
                await Task.Delay(20, patience.Token);
            }

            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == ExitCode.Ok, await error);
            return peak;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
