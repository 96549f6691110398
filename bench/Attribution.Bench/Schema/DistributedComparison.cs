using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;

namespace Attribution.Bench.Schema;

/// <summary>
/// <c>bench distributed</c>: the same blocks into one embedded server, into two of them as shards, each block
/// to one, and through a <c>Distributed</c> table that splits every block. Runs alone, in temporary folders.
/// </summary>
/// <remarks>
/// A cluster is configuration, so each server's folder gets a file beside its own before the start. All
/// servers and the sender share this machine: what a second machine would add is not in these figures, only
/// what distribution costs.
/// </remarks>
internal sealed class DistributedComparison : IAsyncDisposable
{
    private const int Shards = 2;
    private const int Senders = 2;
    private const string Database = "attribution";
    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), $"attribution-bench-{Guid.NewGuid():N}");

    private readonly HttpClient _http = new();
    private readonly EmbeddedClickHouse[] _servers = new EmbeddedClickHouse[Shards];
    private readonly PreparedBlocks _prepared;
    private int _sent;

    private DistributedComparison(int blocks, int blockRows) =>
        _prepared = new PreparedBlocks(blocks, blockRows, isSorted: false, FrameMethod.Lz4);

    public static async Task RunAsync(
        TextWriter output, int blocks, int blockRows, int rounds, CancellationToken cancel)
    {
        await using var comparison = new DistributedComparison(blocks, blockRows);
        await comparison.StartAsync(cancel);
        (string Name, Func<int, (int Server, string Table)> Route)[] ways =
        [
            ("one server", _ => (0, "events")),
            ("two shards, a block to each in turn", block => (block % Shards, "events")),
            ("two shards through Distributed", _ => (0, "all_events")),
        ];
        foreach ((_, Func<int, (int Server, string Table)> route) in ways)
            await comparison.MeasureAsync(route, cancel);
        output.WriteLine("| round | way | rows/s | CPU of the servers, us per row |");
        output.WriteLine("|---:|---|---:|---:|");
        for (int round = 1; round <= rounds; round++)
        {
            foreach ((string name, Func<int, (int Server, string Table)> route) in ways)
            {
                (double rate, double micros) = await comparison.MeasureAsync(route, cancel);
                output.WriteLine($"| {round} | {name} | {rate:N0} | {micros:0.00} |");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EmbeddedClickHouse? server in _servers)
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        _http.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        int[] ports = [FreePort(), FreePort()];
        for (int shard = 0; shard < Shards; shard++)
        {
            string data = Path.Combine(_folder, $"shard{shard}");
            string config = EmbeddedFolder.ConfigFile(EmbeddedFolder.Of(data));
            string beside = Path.Combine(Path.GetDirectoryName(config)!, "config.d");
            Directory.CreateDirectory(beside);
            await File.WriteAllTextAsync(Path.Combine(beside, "cluster.xml"), Cluster(ports), cancel);
            _servers[shard] = await EmbeddedClickHouse.StartAsync(
                new EmbeddedOptions { DataFolder = data, HttpPort = 0, TcpPort = ports[shard] }, cancel);
            var options = new ClickHouseOptions { Endpoint = _servers[shard].Endpoint, Database = Database };
            await new Migrator(options).ApplyAsync(cancel);
            await using var client = new ClickHouseClient(options);
            await client.ExecuteAsync(
                "CREATE TABLE all_events AS events ENGINE = "
                + $"Distributed(shards, {Database}, events, sipHash64(anonymous_id))",
                null, cancel);
        }
    }

    private static string Cluster(int[] ports) => $"""
        <clickhouse><remote_servers><shards>
        {string.Concat(ports.Select(port =>
            $"<shard><replica><host>127.0.0.1</host><port>{port}</port></replica></shard>"))}
        </shards></remote_servers></clickhouse>
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Merges that a round leaves behind are waited for, so that they do not fall into the next.
    /// </summary>
    private async Task<(double Rate, double Micros)> MeasureAsync(
        Func<int, (int Server, string Table)> route, CancellationToken cancel)
    {
        foreach (EmbeddedClickHouse server in _servers)
            await ExecuteAsync(server, "TRUNCATE TABLE events SYNC", cancel);
        TimeSpan before = Cpu();
        long start = Stopwatch.GetTimestamp();
        int next = -1;
        Task[] senders = [.. Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync, cancel))];
        await Task.WhenAll(senders);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double rows = (double)_prepared.Inserts.Count * _prepared.Rows;
        double stored = 0;
        foreach (EmbeddedClickHouse server in _servers)
            stored += double.Parse(await ExecuteAsync(server, "SELECT count() FROM events", cancel),
                System.Globalization.CultureInfo.InvariantCulture);
        if (stored != rows)
            throw new IOException($"{stored:N0} rows are stored of {rows:N0}.");
        return (rows / seconds, (Cpu() - before).TotalMicroseconds / rows);

        async Task SendAsync()
        {
            int block;
            while ((block = Interlocked.Increment(ref next)) < _prepared.Inserts.Count)
            {
                (int server, string table) = route(block);
                await InsertAsync(_servers[server], table, block, cancel);
            }
        }
    }

    private TimeSpan Cpu() => _servers.Aggregate(
        TimeSpan.Zero, (sum, server) => sum + ServerCpu.Of(server.ProcessId));

    private Task<string> InsertAsync(
        EmbeddedClickHouse server, string table, int block, CancellationToken cancel)
    {
        string settings = "&decompress=1&optimize_on_insert=0&distributed_foreground_insert=1"
            + $"&insert_deduplication_token=t{Interlocked.Increment(ref _sent)}";
        string sql = $"INSERT INTO {table} ({_prepared.ColumnList}) FORMAT Native";
        return PostAsync(server, sql, settings, new ByteArrayContent(_prepared.Inserts[block]), cancel);
    }

    private Task<string> ExecuteAsync(EmbeddedClickHouse server, string sql, CancellationToken cancel) =>
        PostAsync(server, sql, "", new ByteArrayContent([]), cancel);

    private async Task<string> PostAsync(
        EmbeddedClickHouse server, string sql, string settings, HttpContent content, CancellationToken cancel)
    {
        var address = new Uri(server.Endpoint,
            $"/?database={Database}&wait_end_of_query=1{settings}&query={Uri.EscapeDataString(sql)}");
        using HttpResponseMessage answer = await _http.PostAsync(address, content, cancel);
        string text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode ? text : throw new IOException(text);
    }
}
