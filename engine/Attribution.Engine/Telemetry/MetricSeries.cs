using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Attribution.Engine.Telemetry;

/// <summary>One metric: its values by their labels. Safe for any thread.</summary>
internal sealed class MetricSeries
{
    /// <summary>Most label sets of one metric; more are left out.</summary>
    private const int MaxPoints = 1_000;

    private readonly List<Point> _points = [];
    private readonly Lock _writing = new();
    private readonly string _description;
    private readonly bool _isObservable;
    private readonly bool _adds;
    private readonly bool _isSummary;
    private readonly bool _isCounter;

    public MetricSeries(Instrument instrument)
    {
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        _isObservable = instrument.IsObservable;
        _isSummary = kind == typeof(Histogram<>);
        _isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        _adds = !_isObservable && kind != typeof(Gauge<>);
        _description = instrument.Description ?? "";
        string unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        Name = instrument.Name.Replace('.', '_').Replace('-', '_') + unit + (_isCounter ? "_total" : "");
    }

    public string Name { get; }

    /// <summary>Forgets what was observed last: labels may have gone.</summary>
    public void BeginObservation()
    {
        lock (_writing)
        {
            if (_isObservable)
                _points.Clear();
        }
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_writing)
        {
            foreach (Point point in _points)
            {
                if (!point.HasTags(tags))
                    continue;
                point.Value = _adds ? point.Value + value : value;
                point.Count++;
                return;
            }

            if (_points.Count < MaxPoints)
                _points.Add(new Point(tags.ToArray()) { Value = value, Count = 1 });
        }
    }

    public void Render(StringBuilder text)
    {
        lock (_writing)
        {
            string type = _isSummary ? "summary" : _isCounter ? "counter" : "gauge";
            text.Append("# HELP ").Append(Name).Append(' ').Append(Escape(_description)).Append('\n');
            text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
            foreach (Point point in _points)
            {
                RenderLine(text, _isSummary ? "_sum" : "", point.Tags, point.Value);
                if (_isSummary)
                    RenderLine(text, "_count", point.Tags, point.Count);
            }
        }
    }

    private void RenderLine(
        StringBuilder text, string suffix, KeyValuePair<string, object?>[] tags, double value)
    {
        text.Append(Name).Append(suffix);
        for (int i = 0; i < tags.Length; i++)
        {
            text.Append(i == 0 ? '{' : ',').Append(tags[i].Key.Replace('.', '_')).Append("=\"");
            text.Append(Escape(Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? ""));
            text.Append(i == tags.Length - 1 ? "\"}" : "\"");
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\"", "\\\"");

    private sealed class Point(KeyValuePair<string, object?>[] tags)
    {
        public KeyValuePair<string, object?>[] Tags { get; } = tags;

        public double Value { get; set; }

        public long Count { get; set; }

        public bool HasTags(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            if (others.Length != Tags.Length)
                return false;

            for (int i = 0; i < others.Length; i++)
            {
                if (others[i].Key != Tags[i].Key || !Equals(others[i].Value, Tags[i].Value))
                    return false;
            }

            return true;
        }
    }
}
