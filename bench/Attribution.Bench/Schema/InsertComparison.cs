using System.Diagnostics;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;

namespace Attribution.Bench.Schema;

/// <summary>What one variant cost in one round. A value.</summary>
internal readonly record struct InsertCost(double InsertMicros, double MergeMicros, double RowsPerSecond);

/// <summary>
/// <c>bench inserts</c>: what prepared blocks of simulated events cost ClickHouse, by how they are given to
/// it, in rounds that take turns. Runs alone, on an embedded server of its own in a temporary folder.
/// </summary>
/// <remarks>
/// Costs are the server's processor time. Merges are stopped while blocks are inserted and done at once
/// afterwards, so that the two are told apart.
/// </remarks>
internal sealed class InsertComparison(EmbeddedClickHouse server, int blocks, int blockRows) : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly Dictionary<InsertVariant, PreparedBlocks> _prepared = [];
    private int _databases;

    private double Rows => (double)blocks * blockRows;

    public static async Task RunAsync(
        TextWriter output, InsertComparisonOptions options, CancellationToken cancel)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"attribution-bench-{Guid.NewGuid():N}");
        try
        {
            await using EmbeddedClickHouse server = await EmbeddedClickHouse.StartAsync(
                new EmbeddedOptions { DataFolder = folder, HttpPort = 0, TcpPort = 0 }, cancel);
            using var comparison = new InsertComparison(server, options.Blocks, options.BlockRows);
            await comparison.CompareAsync(output, options, cancel);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task CompareAsync(
        TextWriter output, InsertComparisonOptions options, CancellationToken cancel)
    {
        InsertVariant[] variants =
            [.. InsertVariant.All.Where((each, at) => at == 0 || options.Takes(each.Name))];
        var costs = variants.ToDictionary(each => each, _ => new List<InsertCost>());
        await MeasureAsync(variants[0], cancel);
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (InsertVariant variant in variants)
            {
                InsertCost cost = await MeasureAsync(variant, cancel);
                Console.Error.WriteLine($"inserts: round {round + 1}, {variant.Name}: {cost}");
                costs[variant].Add(cost);
            }
        }

        InsertReport.Write(output, costs, blocks, blockRows);
    }

    private async Task<InsertCost> MeasureAsync(InsertVariant variant, CancellationToken cancel)
    {
        string database = $"bench{_databases++}";
        var options = new ClickHouseOptions { Endpoint = server.Endpoint, Database = database };
        await new Migrator(options).ApplyAsync(cancel);
        await using var client = new ClickHouseClient(options);
        if (variant.Change.Length > 0)
            await client.ExecuteAsync(variant.Change, null, cancel);
        await client.ExecuteAsync("SYSTEM STOP MERGES events", null, cancel);
        PreparedBlocks prepared = Prepared(variant);

        TimeSpan before = ServerCpu.Of(server.ProcessId);
        long start = Stopwatch.GetTimestamp();
        for (int at = 0; at < blocks; at++)
            await PostAsync(database, variant, prepared, at, cancel);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        TimeSpan inserted = ServerCpu.Of(server.ProcessId);

        await client.ExecuteAsync("SYSTEM START MERGES events", null, cancel);
        await client.ExecuteAsync("OPTIMIZE TABLE events FINAL", null, cancel);
        TimeSpan merged = ServerCpu.Of(server.ProcessId);
        await client.ExecuteAsync($"DROP DATABASE {database} SYNC", null, cancel);
        return new InsertCost(
            (inserted - before).TotalMicroseconds / Rows, (merged - inserted).TotalMicroseconds / Rows,
            Rows / seconds);
    }

    private PreparedBlocks Prepared(InsertVariant variant)
    {
        InsertVariant? same = _prepared.Keys.FirstOrDefault(
            each => each.IsSorted == variant.IsSorted && each.Method == variant.Method);
        if (same is null)
            _prepared[variant] = new PreparedBlocks(blocks, blockRows, variant.IsSorted, variant.Method);
        return _prepared[same ?? variant];
    }

    private async Task PostAsync(
        string database, InsertVariant variant, PreparedBlocks prepared, int at, CancellationToken cancel)
    {
        string sql = Uri.EscapeDataString($"INSERT INTO events ({prepared.ColumnList}) FORMAT Native");
        string unless = variant.Settings.Contains("optimize_on_insert", StringComparison.Ordinal)
            ? ""
            : "&optimize_on_insert=0";
        var address = new Uri(
            server.Endpoint, $"/?database={database}&decompress=1&async_insert=0&wait_end_of_query=1"
            + $"&insert_deduplication_token=t{at}{unless}{variant.Settings}&query={sql}");
        using HttpResponseMessage answer =
            await _http.PostAsync(address, new ByteArrayContent(prepared.Inserts[at]), cancel);
        string text = await answer.Content.ReadAsStringAsync(cancel);
        if (!answer.IsSuccessStatusCode || text.Length > 0)
            throw new IOException($"{variant.Name}: {text}");
    }
}

/// <summary>How much to insert, and which variants beside the first. Immutable.</summary>
internal sealed record InsertComparisonOptions(int Blocks, int BlockRows, int Rounds, string Filter)
{
    public bool Takes(string name) =>
        Filter.Length == 0 || Filter.Split(',').Any(part => name.Contains(part, StringComparison.Ordinal));
}
