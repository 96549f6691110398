using System.Diagnostics.Metrics;
using System.Text;

namespace Attribution.Engine.Telemetry;

/// <summary>
/// Renders all instruments of one meter as Prometheus text. Observable instruments are asked when it is
/// rendered; others are summed as they are written. Safe for any thread.
/// </summary>
public sealed class MetricsText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>What an engine's meter is named.</summary>
    public const string MeterName = "Attribution";

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricSeries> _metrics = new(StringComparer.Ordinal);
    private readonly Lock _rendering = new();

    /// <param name="meter">The very one: a process can hold several engines, whose meters have one
    /// name.</param>
    public MetricsText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter)
                listener.EnableMeasurementEvents(instrument, Find(instrument));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.Start();
    }

    public string Render()
    {
        lock (_rendering)
        {
            foreach (MetricSeries series in _metrics.Values)
                series.BeginObservation();
            _listener.RecordObservableInstruments();

            var text = new StringBuilder(4096);
            foreach (MetricSeries series in _metrics.Values)
                series.Render(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private MetricSeries Find(Instrument instrument)
    {
        var series = new MetricSeries(instrument);
        lock (_rendering)
        {
            if (_metrics.TryGetValue(series.Name, out MetricSeries? known))
                return known;
            _metrics.Add(series.Name, series);
            return series;
        }
    }

    private static void Record(
        object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricSeries)state!).Record(value, tags);
}
