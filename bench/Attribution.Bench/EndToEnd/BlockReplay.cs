using System.Diagnostics;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;

namespace Attribution.Bench.EndToEnd;

/// <summary>
/// ClickHouse alone: takes prepared inserts, with the engine's own settings and into the engine's own tables,
/// as fast as it can, several on their way at a time. Owned by one run.
/// </summary>
/// <remarks>
/// Each pass over the inserts goes into a database of its own, so that no row comes twice into one table:
/// repeated rows would be merged away, and a merge of fewer rows is cheaper.
/// </remarks>
internal sealed class BlockReplay(
    ClickHouseOptions server, IReadOnlyList<CapturedInsert> inserts, long events, int inFlight) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = server.Endpoint,
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>More than such machines can take; decides how many databases are made ready.</summary>
    private const double MaxEventsPerSecond = 1_500_000;

    /// <summary>
    /// Each pass is a database to create: few prepared events end a window early rather than want thousands.
    /// </summary>
    private const int MaxPasses = 100;

    private int _window;
    private int _next;
    private long _insertedBytes;

    /// <summary>Sends for about this long.</summary>
    /// <returns>
    /// Events inserted, by the share of the prepared bytes, and the seconds until the last one had landed.
    /// </returns>
    public async Task<(long Events, double Seconds)> RunAsync(TimeSpan length, CancellationToken cancel)
    {
        _window++;
        double wanted = Math.Ceiling(length.TotalSeconds * MaxEventsPerSecond / events);
        int passes = (int)Math.Clamp(wanted, 1, MaxPasses);
        for (int pass = 0; pass < passes; pass++)
            await new Migrator(server with { Database = Name(pass) }).ApplyAsync(cancel);
        (_next, _insertedBytes) = (-1, 0);
        long started = Stopwatch.GetTimestamp();
        long until = started + (long)(length.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => SendAsync(passes, until, cancel)));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await DropAsync(passes, cancel);
        double passesDone = (double)_insertedBytes / inserts.Sum(insert => (long)insert.Block.Length);
        return ((long)(passesDone * events), seconds);
    }

    public void Dispose() => _client.Dispose();

    private string Name(int pass) => $"alone_{_window}_{pass}";

    private async Task SendAsync(int passes, long until, CancellationToken cancel)
    {
        while (Stopwatch.GetTimestamp() < until)
        {
            int number = Interlocked.Increment(ref _next);
            if (number >= passes * inserts.Count)
                return;
            CapturedInsert insert = inserts[number % inserts.Count];
            string address = insert.AddressIn(Name(number / inserts.Count));
            using var content = new ReadOnlyMemoryContent(insert.Block);
            using HttpResponseMessage response = await _client.PostAsync(address, content, cancel);
            string text = await response.Content.ReadAsStringAsync(cancel);
            if (!response.IsSuccessStatusCode)
                throw new IOException($"ClickHouse answered {(int)response.StatusCode}: {text}");
            Interlocked.Add(ref _insertedBytes, insert.Block.Length);
        }
    }

    private async Task DropAsync(int passes, CancellationToken cancel)
    {
        await using var client = new ClickHouseClient(server with { Database = "" });
        for (int pass = 0; pass < passes; pass++)
            await client.ExecuteAsync($"DROP DATABASE {Name(pass)} SYNC", cancel: cancel);
    }
}
