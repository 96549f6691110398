using System.Diagnostics;
using Attribution.ClickHouse.Http;

namespace Attribution.Bench.Questions;

/// <summary>
/// Measures one answer at a time on a server that nobody else uses: its time, and from the server's own
/// counters the rows that were read and the memory. Owned by one command.
/// </summary>
internal sealed class AskedMeter(ClickHouseClient client)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async Task<Asked> MeasureAsync(Func<Task> ask, CancellationToken cancel)
    {
        long before = await RowsAsync(cancel);
        using var done = new CancellationTokenSource();
        Task<long> peak = PeakAsync(done.Token);
        long started = Stopwatch.GetTimestamp();
        await ask();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await done.CancelAsync();
        long bytes = await peak;
        return new Asked(seconds, await RowsAsync(cancel) - before, bytes);
    }

    private async Task<long> RowsAsync(CancellationToken cancel) => (long)await client.ScalarAsync<ulong>(
        "SELECT sum(value) FROM system.events WHERE event = 'SelectedRows'", null, cancel);

    private async Task<long> PeakAsync(CancellationToken done)
    {
        long peak = 0;
        while (!done.IsCancellationRequested)
        {
            peak = Math.Max(peak, await client.ScalarAsync<long>(
                "SELECT max(peak_memory_usage) FROM system.processes WHERE query_id != queryID()",
                null,
                CancellationToken.None));
            await Task.Delay(Poll, CancellationToken.None);
        }

        return peak;
    }
}
