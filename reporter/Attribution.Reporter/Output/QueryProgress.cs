using System.Diagnostics;
using System.Globalization;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Output;

/// <summary>
/// Says how far a query is that takes longer than a second: asks the server over another connection, and
/// tells the time alone where the user may not look there. Owned by one query; shows on a thread of its own.
/// </summary>
internal sealed class QueryProgress : IAsyncDisposable
{
    private const string Sql =
        "SELECT read_rows, total_rows_approx FROM system.processes WHERE query_id = {id:String}";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly ClickHouseClient _client;
    private readonly string _id;
    private readonly ProgressLine _line;
    private readonly CancellationTokenSource _done = new();
    private readonly Func<string> _more;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Task _watching;
    private bool _isDenied;

    /// <param name="client">Runs the query.</param>
    /// <param name="id">The query's.</param>
    /// <param name="line">This one's own.</param>
    /// <param name="more">What else there is to say; asked on another thread.</param>
    public QueryProgress(ClickHouseClient client, string id, ProgressLine line, Func<string>? more = null)
    {
        _more = more ?? (() => "");
        _client = client;
        _id = id;
        _line = line;
        _watching = line.IsShown ? WatchAsync() : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _line.Dispose();
        _done.Dispose();
    }

    /// <summary>What a person reads of it.</summary>
    internal static string Text(TimeSpan elapsed, ulong read, ulong total)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        string time = elapsed.TotalSeconds.ToString("0.0 s", invariant);
        if (read == 0)
            return time;
        double rate = read / seconds;
        string of = total > read ? string.Create(invariant, $" of {total:N0}") : "";
        string left = total > read
            ? $"  {TimeSpan.FromSeconds((total - read) / rate).ToString(@"h\:mm\:ss", invariant)} left"
            : "";
        return string.Create(
            invariant, $"{time}  {read:N0}{of} rows read  {rate / 1_000_000:0.00} M/s{left}");
    }

    private async Task WatchAsync()
    {
        try
        {
            await Task.Delay(Patience, _done.Token).ConfigureAwait(false);
            while (true)
            {
                (ulong read, ulong total) = await ReadAsync().ConfigureAwait(false);
                _line.Show(() => Text(Stopwatch.GetElapsedTime(_start), read, total) + _more());
                await Task.Delay(Interval, _done.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The query has ended, and with it what there is to say.
        }
    }

    private async Task<(ulong Read, ulong Total)> ReadAsync()
    {
        if (_isDenied)
            return default;
        try
        {
            QueryParameters parameters = new QueryParameters().Add("id", _id);
            await using Rows rows =
                await _client.QueryAsync(Sql, parameters, _done.Token).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(_done.Token).ConfigureAwait(false))
                return (row.GetUInt64("read_rows"), row.GetUInt64("total_rows_approx"));
        }
        catch (Exception error) when (
            error is ClickHouseException or HttpRequestException or IOException or TimeoutException)
        {
            _isDenied = true;
        }

        return default;
    }
}
