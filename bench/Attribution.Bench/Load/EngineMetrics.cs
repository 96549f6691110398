using System.Globalization;

namespace Attribution.Bench.Load;

/// <summary>
/// What the engine says of itself at <c>/metrics</c>, in Prometheus' text format: each name's value, summed
/// over its labels, and each series' own. Immutable.
/// </summary>
internal sealed class EngineMetrics
{
    private readonly Dictionary<string, double> _values = [];

    private EngineMetrics()
    {
    }

    public double? CpuSeconds => First("attribution_process_cpu_seconds_total", "process_cpu_seconds_total");

    public double? SystemCpuSeconds => First("attribution_process_cpu_seconds_total{mode=\"system\"}");

    public double? AllocatedBytes =>
        First("attribution_process_allocated_bytes_total", "dotnet_total_allocated_bytes");

    public double? JournalEvents => First("attribution_journal_events_total");

    public double? JournalSyncs => First("attribution_journal_syncs_total");

    public double? JournalBytes => First("attribution_journal_written_bytes_total");

    public double? AttributionRows => First("attribution_sink_rows_total{table=\"attributions\"}");

    /// <summary>Age of the oldest row that ClickHouse does not hold yet; 0 where it holds all.</summary>
    public double? SinkLagSeconds => First("attribution_sink_lag_seconds");

    public double? RingFill => First("attribution_ring_fill");

    /// <summary>Persons that the workers remember.</summary>
    public double? Persons => First("attribution_persons");

    /// <summary>Collections of one generation.</summary>
    public double? Collections(int generation) => First(
        string.Create(CultureInfo.InvariantCulture,
            $"attribution_process_gc_total{{generation=\"{generation}\"}}"));

    /// <summary>
    /// Empty where the engine has no metrics: figures are then left out, and the load goes on.
    /// </summary>
    public static async Task<EngineMetrics> ReadAsync(HttpClient client, CancellationToken cancel)
    {
        try
        {
            return Parse(await client.GetStringAsync("/metrics", cancel));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException
            && !cancel.IsCancellationRequested)
        {
            return new EngineMetrics();
        }
    }

    public static EngineMetrics Parse(string text)
    {
        var metrics = new EngineMetrics();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line[0] == '#')
                continue;

            // name{label="a value"} 12.5 [timestamp]
            int nameEnd = line.IndexOfAny('{', ' ');
            int labelsEnd = line.LastIndexOf('}');
            if (nameEnd < 0)
                continue;
            ReadOnlySpan<char> value = line[(Math.Max(nameEnd, labelsEnd) + 1)..].Trim();
            int valueEnd = value.IndexOf(' ');
            if (valueEnd >= 0)
                value = value[..valueEnd];
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
                continue;
            string name = line[..nameEnd].ToString();
            metrics._values[name] = metrics._values.GetValueOrDefault(name) + number;
            if (labelsEnd > nameEnd)
                metrics._values[line[..(labelsEnd + 1)].ToString()] = number;
        }

        return metrics;
    }

    private double? First(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_values.TryGetValue(name, out double value))
                return value;
        }

        return null;
    }
}
