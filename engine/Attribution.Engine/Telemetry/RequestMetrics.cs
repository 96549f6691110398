using System.Diagnostics.Metrics;
using System.Globalization;

namespace Attribution.Engine.Telemetry;

/// <summary>Counts HTTP answers by their status. Called by all requests at once.</summary>
public sealed class RequestMetrics
{
    private const int MaxStatusCode = 599;

    private readonly long[] _answers = new long[MaxStatusCode + 1];

    public RequestMetrics(Meter meter) => meter.CreateObservableCounter(
        "attribution.requests", Measure, null,
        "HTTP requests answered, by status; 499 is a sender that went away.");

    public void Answered(int statusCode) =>
        Interlocked.Increment(ref _answers[Math.Clamp(statusCode, 0, MaxStatusCode)]);

    private IEnumerable<Measurement<long>> Measure()
    {
        for (int status = 0; status <= MaxStatusCode; status++)
        {
            long count = Volatile.Read(ref _answers[status]);
            if (count == 0)
                continue;

            string text = status.ToString(CultureInfo.InvariantCulture);
            yield return new Measurement<long>(count, new KeyValuePair<string, object?>("status", text));
        }
    }
}
