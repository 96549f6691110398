using System.Globalization;

namespace Attribution.Bench.Load;

/// <summary>
/// Asks ClickHouse what has become visible, by plain HTTP and nothing of the engine's own client, so that the
/// measure does not share a fault with the measured. Any thread may use it.
/// </summary>
internal sealed class EventCounter(Uri clickHouse, string database) : IDisposable
{
    private const string All = "SELECT count() FROM {database:Identifier}.events";

    // The sorting key leads with the time, so recent granules alone are read.
    private const string One =
        All + " WHERE timestamp > now64(3) - INTERVAL 10 MINUTE AND event_id = {event_id:String}";

    private const string Marks = "SELECT toUnixTimestamp64Milli(timestamp) FROM {database:Identifier}.events"
        + " WHERE timestamp BETWEEN fromUnixTimestamp64Milli({first:Int64}, 'UTC')"
        + " AND fromUnixTimestamp64Milli({last:Int64}, 'UTC') AND anonymous_id = {anonymous_id:String}";

    private const string Ids = "SELECT uniqExact(cityHash64(event_id)) FROM {database:Identifier}.events"
        + " WHERE cityHash64(event_id) % {slices:UInt64} = {slice:UInt64}";

    /// <summary>Ids whose set ClickHouse can hold at a time without much memory.</summary>
    private const long IdsPerSlice = 20_000_000;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = clickHouse,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public Task<long> EventsAsync(CancellationToken cancel) => CountAsync(All, "", cancel);

    /// <summary>How often the id is there among events of the last ten minutes.</summary>
    public Task<long> EventAsync(string eventId, CancellationToken cancel) =>
        CountAsync(One, "&param_event_id=" + Uri.EscapeDataString(eventId), cancel);

    /// <summary>
    /// Which of the milliseconds between two have an event of this anonymous id.
    /// </summary>
    public async Task<HashSet<long>> MarksAsync(
        string anonymousId, long first, long last, CancellationToken cancel)
    {
        string text = await QueryAsync(
            Marks, $"&param_anonymous_id={anonymousId}&param_first={first}&param_last={last}", cancel);
        return
        [
            .. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
               select long.Parse(line, CultureInfo.InvariantCulture),
        ];
    }

    /// <summary>How many different ids there are, counted in slices.</summary>
    public async Task<long> IdsAsync(long rows, CancellationToken cancel)
    {
        long slices = (rows / IdsPerSlice) + 1;
        long ids = 0;
        for (long slice = 0; slice < slices; slice++)
            ids += await CountAsync(Ids, $"&param_slices={slices}&param_slice={slice}", cancel);
        return ids;
    }

    public void Dispose() => _client.Dispose();

    private async Task<long> CountAsync(string sql, string parameters, CancellationToken cancel) =>
        long.Parse((await QueryAsync(sql, parameters, cancel)).Trim(), CultureInfo.InvariantCulture);

    private async Task<string> QueryAsync(string sql, string parameters, CancellationToken cancel)
    {
        string address = $"/?param_database={Uri.EscapeDataString(database)}{parameters}";
        using var query = new StringContent(sql);
        using HttpResponseMessage response = await _client.PostAsync(address, query, cancel);
        string text = await response.Content.ReadAsStringAsync(cancel);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"ClickHouse answered {(int)response.StatusCode}: {text.Trim()}");
        return text;
    }
}
