using System.Diagnostics;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;

namespace Attribution.Bench.Schema;

/// <summary>
/// <c>bench sorting-keys</c>: what each layout of the table <c>events</c> costs to fill, to merge and to
/// query. Runs alone, on an embedded server of its own in a temporary folder.
/// </summary>
/// <remarks>
/// Costs are the server's processor time, so that a busy machine disturbs them little. Merges are stopped
/// while the blocks are inserted and done at once afterwards, so that the two are told apart.
/// </remarks>
internal sealed class SortingKeyComparison
{
    private const int MaxBlockRows = 100_000;
    private const int ShortRuns = 20;
    private const int LongRuns = 5;
    private const int PersonRows = 10;
    private const string Source = "bench.source";
    private const string Table = "bench.events";

    private readonly EmbeddedClickHouse _server;
    private readonly ClickHouseClient _client;
    private readonly int _blocks;
    private readonly int _blockRows;

    private SortingKeyComparison(EmbeddedClickHouse server, ClickHouseClient client, int rows)
    {
        _server = server;
        _client = client;
        _blockRows = Math.Min(rows, MaxBlockRows);
        _blocks = rows / _blockRows;
    }

    private long Rows => (long)_blocks * _blockRows;

    /// <summary>Writes the report as Markdown; says on standard error where it is.</summary>
    public static async Task RunAsync(TextWriter output, int rows, CancellationToken cancel)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"attribution-bench-{Guid.NewGuid():N}");
        try
        {
            await using EmbeddedClickHouse server = await EmbeddedClickHouse.StartAsync(
                new EmbeddedOptions { DataFolder = folder, HttpPort = 0, TcpPort = 0 }, cancel);
            await using var client = new ClickHouseClient(
                new ClickHouseOptions { Endpoint = server.Endpoint, Database = "" });
            var comparison = new SortingKeyComparison(server, client, rows);
            List<SortingKeyResult> results = await comparison.CompareAsync(cancel);
            ServerVersion version = await client.GetVersionAsync(cancel);
            SortingKeyReport.Write(
                output, results, comparison.Rows, comparison._blockRows, version.ToString());
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<List<SortingKeyResult>> CompareAsync(CancellationToken cancel)
    {
        await RunAsync("CREATE DATABASE bench", cancel);
        await FillSourceAsync(cancel);
        double readSeconds = (await CostAsync(() => ReadSourceAsync(cancel))).CpuSeconds;
        var results = new List<SortingKeyResult>();
        foreach (EventsLayout layout in EventsLayout.All)
        {
            Console.Error.WriteLine($"sorting-keys: {layout.Name}");
            results.Add(await MeasureAsync(layout, readSeconds, cancel));
        }

        return results;
    }

    private async Task<SortingKeyResult> MeasureAsync(
        EventsLayout layout, double readSeconds, CancellationToken cancel)
    {
        await RunAsync($"DROP TABLE IF EXISTS {Table} SYNC", cancel);
        await RunAsync(layout.CreateTable(Table), cancel);
        await RunAsync($"SYSTEM STOP MERGES {Table}", cancel);
        (double insertCpu, double insertWall) = await CostAsync(() => InsertAllAsync(cancel));
        var result = new SortingKeyResult(layout)
        {
            InsertMicrosPerRow = (insertCpu - readSeconds) * 1e6 / Rows,
            InsertMillisPerBlock = insertWall * 1e3 / _blocks,
            Unmerged = await QueriesAsync(cancel),
        };

        await RunAsync($"SYSTEM START MERGES {Table}", cancel);
        (double mergeCpu, _) = await CostAsync(() => RunAsync($"OPTIMIZE TABLE {Table} FINAL", cancel));
        result.MergeMicrosPerRow = mergeCpu * 1e6 / Rows;
        result.Merged = await QueriesAsync(cancel);
        result.StoredBytesPerRow = await _client.ScalarAsync<ulong>(
            $"SELECT sum(bytes_on_disk) FROM system.parts "
            + $"WHERE active AND database || '.' || table = '{Table}'",
            null,
            cancel) / (double)Rows;
        return result;
    }

    /// <summary>
    /// Ten days of arrivals, late ones by up to a minute; a person returns now and then; two in five are
    /// known by user id.
    /// </summary>
    private async Task FillSourceAsync(CancellationToken cancel)
    {
        await RunAsync(
            $"CREATE TABLE {Source} (block UInt32, {EventsLayout.Columns}) ENGINE = MergeTree ORDER BY block",
            cancel);
        for (int block = 0; block < _blocks; block++)
            await RunAsync(SourceBlock(block), cancel);
        await RunAsync($"OPTIMIZE TABLE {Source} FINAL", cancel);
    }

    private string SourceBlock(int block)
    {
        long millisPerRow = 10 * 24 * 3_600_000L / Rows;
        long persons = Math.Max(1, Rows / PersonRows);
        return $"""
            INSERT INTO {Source} (block, project, event_id, type, timestamp, received_at,
                user_id, anonymous_id, device_id, source, medium, campaign, click_id, url,
                ip, user_agent, country, revenue, currency, properties, sequence)
            WITH
                number + {(long)block * _blockRows} AS n,
                sipHash64(n) AS h,
                sipHash64(n, 1) % {persons} AS person,
                hex(sipHash128(person)) AS person_id,
                toDateTime64('2026-11-01 00:00:00', 3, 'UTC') AS began,
                began + toIntervalMillisecond(n * {millisPerRow}) AS arrived
            SELECT
                {block}, 'default', hex(sipHash128(n)), ['click', 'visit', 'open', 'purchase'][1 + h % 4],
                arrived - toIntervalMillisecond(h % 60000), arrived,
                if(person % 5 < 2, lower(person_id), ''), person_id,
                if(person % 5 = 4, reverse(person_id), ''),
                ['google', 'facebook', 'newsletter', 'bing', ''][1 + h % 5],
                ['cpc', 'email', 'organic', ''][1 + h % 4],
                'campaign ' || toString(h % 200), if(h % 5 = 0, hex(sipHash128(n, 2)), ''),
                'https://shop.example/products/' || toString(h % 10000),
                toIPv6('2001:db8::' || hex(toUInt16(h))), 'agent ' || toString(h % 300),
                ['DE', 'FR', 'US'][1 + h % 3],
                if(h % 4 = 3, toDecimal64(h % 100000, 4) / 100, NULL), 'EUR',
                toJSONString(map('plan', h % 50)), n
            FROM numbers({_blockRows})
            """;
    }

    private async Task InsertAllAsync(CancellationToken cancel)
    {
        for (int block = 0; block < _blocks; block++)
            await RunAsync(
                $"INSERT INTO {Table} SELECT * EXCEPT block FROM {Source} WHERE block = {block} "
                + $"SETTINGS max_threads = 1, max_block_size = {_blockRows}, "
                + $"min_insert_block_size_rows = {_blockRows}",
                cancel);
    }

    private async Task ReadSourceAsync(CancellationToken cancel)
    {
        for (int block = 0; block < _blocks; block++)
            await RunAsync(
                $"SELECT * EXCEPT block FROM {Source} WHERE block = {block} "
                + "FORMAT Null SETTINGS max_threads = 1",
                cancel);
    }

    private async Task<SortingKeyQueries> QueriesAsync(CancellationToken cancel)
    {
        const string one = "SETTINGS max_threads = 1";
        string person = await _client.ScalarAsync<string>(
            $"SELECT user_id FROM {Source} WHERE block = 0 AND user_id != '' LIMIT 1", null, cancel);
        return new SortingKeyQueries(
            await CpuMillisAsync(
                $"SELECT source, medium, count(), sum(revenue) FROM {Table} FINAL WHERE project = 'default' "
                + $"AND timestamp >= '2026-11-05' AND timestamp < '2026-11-06' GROUP BY source, medium {one}",
                ShortRuns,
                cancel),
            await CpuMillisAsync(
                $"SELECT timestamp, type, source, campaign, event_id FROM {Table} FINAL "
                + $"WHERE project = 'default' AND user_id = '{person}' ORDER BY timestamp {one}",
                ShortRuns,
                cancel),
            await CpuMillisAsync(
                "SELECT event_id, type, timestamp, user_id, anonymous_id, source, medium, revenue "
                + $"FROM {Table} {one}",
                LongRuns,
                cancel),
            await CpuMillisAsync($"SELECT count() FROM {Table} FINAL {one}", LongRuns, cancel));
    }

    private async Task<double> CpuMillisAsync(string sql, int runs, CancellationToken cancel)
    {
        await ReadAsync(sql, cancel);
        (double seconds, _) = await CostAsync(async () =>
        {
            for (int run = 0; run < runs; run++)
                await ReadAsync(sql, cancel);
        });
        return seconds * 1e3 / runs;
    }

    private async Task ReadAsync(string sql, CancellationToken cancel)
    {
        await foreach (ReadBlock _ in _client.QueryBlocksAsync(sql, null, cancel))
        {
            // The rows only have to arrive.
        }
    }

    private async Task<(double CpuSeconds, double WallSeconds)> CostAsync(Func<Task> work)
    {
        TimeSpan before = ServerCpu.Of(_server.ProcessId);
        long start = Stopwatch.GetTimestamp();
        await work();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return ((ServerCpu.Of(_server.ProcessId) - before).TotalSeconds, wall);
    }

    private Task RunAsync(string sql, CancellationToken cancel) => _client.ExecuteAsync(sql, null, cancel);
}
