using System.Diagnostics;
using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Export;

/// <remarks>
/// The program runs as a process of its own and writes into a pipe that is read slowly enough to look at the
/// process in between: the kernel's figure of the most memory it ever had, after the first part of the answer
/// and before its end. What is kept per row, or read ahead of the pipe's reader, is in the second one.
/// </remarks>
public sealed class ExportMemoryTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int Rows = 300_000;
    private const long FirstBytes = 8L << 20;
    private const long MostBytes = 180L << 20;

    // A sixth of what passes through; buffers and compiled code take a few after the first part too.
    private const long MaxGrowthBytes = 32L << 20;

    [Theory]
    [InlineData("events")]
    [InlineData("attributions")]
    public async Task Memory_OfAProcessThatExports_DoesNotGrowWithTheRows(string table)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        await clickHouse.QueryAsync(
            $"""
            INSERT INTO {database}.events (project, event_id, timestamp, properties)
            SELECT 'default', toString(number), toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + number,
                   repeat(hex(cityHash64(number)), 45)
            FROM numbers({Rows})
            """);
        await clickHouse.QueryAsync(
            $"""
            INSERT INTO {database}.attributions
                (project, conversion_id, conversion_time, model, config, version, evidence)
            SELECT project, event_id, timestamp, 'last', 'abc', 1, properties FROM {database}.events
            """);
        string[] args = ReporterRun.At(
            clickHouse, database, "export", table, "--format", "ndjson", "--from", "2026-11-01",
            "--to", "2026-11-06");
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Attribution.Reporter.dll"), .. args])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            await SkipAsync(process, FirstBytes);
            long first = ProcessMemory.PeakBytes(process.Id);
            await SkipAsync(process, MostBytes - FirstBytes);
            long last = ProcessMemory.PeakBytes(process.Id);

            Assert.True(last - first < MaxGrowthBytes, $"{first:N0} bytes at first, {last:N0} in the end");
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task SkipAsync(Process process, long bytes)
    {
        var buffer = new byte[64 * 1024];
        while (bytes > 0)
        {
            int read = await process.StandardOutput.BaseStream.ReadAsync(buffer);
            Assert.True(read > 0, $"the answer ended {bytes:N0} bytes early");
            bytes -= read;
        }
    }
}
