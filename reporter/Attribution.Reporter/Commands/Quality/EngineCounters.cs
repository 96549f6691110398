using System.Globalization;
using System.Text;

namespace Attribution.Reporter.Commands.Quality;

/// <summary>What an engine says of itself at <c>/metrics</c>. Stateless.</summary>
internal static class EngineCounters
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly (string Name, string Item)[] Shown =
    [
        ("attribution_events_accepted_total", "accepted"),
        ("attribution_events_rejected_total", "rejected"),
        ("attribution_events_duplicate_total", "duplicate, dropped"),
        ("attribution_events_stored_total", "given to the sink"),
        ("attribution_ring_refusals_total", "refused, ring full"),
        ("attribution_journal_lost_records", "lost from the journal"),
        ("attribution_sink_poisoned_total", "refused by ClickHouse"),
        ("attribution_sink_retries_total", "inserts tried again"),
        ("attribution_touches_dropped_total", "touches forgotten"),
        ("attribution_sink_lag_seconds", "lag of the sink"),
    ];

    /// <exception cref="UsageException">The address is none.</exception>
    /// <exception cref="ReportException">No engine answers there.</exception>
    public static async Task<IReadOnlyList<QualityRow>> ReadAsync(string engine, CancellationToken cancel)
    {
        if (!Uri.TryCreate(engine, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")
            || uri.UserInfo.Length > 0)
            throw new UsageException("--engine: no address. Write http://host:8080.");
        try
        {
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
            using var http = new HttpClient(handler)
            {
                Timeout = Patience,
                MaxResponseContentBufferSize = MaxBytes,
            };
            using HttpResponseMessage answer =
                await http.GetAsync(new Uri(uri, "/metrics"), cancel).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new ReportException(
                    $"--engine: {uri.Authority} answers /metrics with status {(int)answer.StatusCode}.");
            byte[] text = await answer.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            return Rows(Encoding.UTF8.GetString(text));
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ReportException(
                $"--engine: no answer from {uri.Authority}: {error.GetBaseException().Message}");
        }
    }

    /// <summary>Prometheus text: <c>name{label="value"} number</c>.</summary>
    internal static IReadOnlyList<QualityRow> Rows(string text)
    {
        var rows = new List<QualityRow>();
        foreach ((string name, string item) in Shown)
        {
            IEnumerable<string> lines = text.Split('\n').Where(line =>
                line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length
                && line[name.Length] is ' ' or '{');
            foreach (string line in lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)))
            {
                int space = line.LastIndexOf(' ');
                if (!decimal.TryParse(
                        line.AsSpan(space + 1), NumberStyles.Float, CultureInfo.InvariantCulture,
                        out decimal value))
                    continue;
                bool isSeconds = name.EndsWith("_seconds", StringComparison.Ordinal);
                rows.Add(new QualityRow("engine", item)
                {
                    Events = isSeconds ? null : (long)value,
                    Seconds = isSeconds ? decimal.Round(value, 3) : null,
                    Detail = line[name.Length..space].Trim('{', '}'),
                });
            }
        }

        return rows;
    }
}
