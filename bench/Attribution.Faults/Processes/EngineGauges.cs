using System.Globalization;

namespace Attribution.Faults.Processes;

/// <summary>
/// What an engine says of itself at <c>/metrics</c>. Owned by one task; an engine that does not answer says
/// nothing.
/// </summary>
internal sealed class EngineGauges(Uri engine) : IDisposable
{
    private readonly HttpClient _http =
        new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <returns>The sum over all labels; null where the engine does not answer.</returns>
    public async Task<double?> ReadAsync(string metric, CancellationToken cancel)
    {
        try
        {
            string text = await _http.GetStringAsync(new Uri(engine, "metrics"), cancel);
            return text.Split('\n').Where(line => Names(line, metric))
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool Names(string line, string metric) =>
        line.StartsWith(metric, StringComparison.Ordinal)
        && line.Length > metric.Length && line[metric.Length] is ' ' or '{';
}
