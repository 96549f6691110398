using System.Diagnostics.Metrics;
using System.Globalization;

namespace Attribution.Engine.Telemetry;

/// <summary>Counts HTTP answers by their status. Called by all requests at once.</summary>
public sealed class RequestMetrics
{
    private const int MaxStatusCode = 599;

    private readonly long[] _answers = new long[MaxStatusCode + 1];
    private long _fastAnswers;
    private long _handOvers;

    public RequestMetrics(Meter meter)
    {
        meter.CreateObservableCounter(
            "attribution.requests", Measure, null,
            "HTTP requests answered, by status; 499 is a sender that went away.");
        meter.CreateObservableCounter(
            "attribution.fast_lane.requests", () => FastAnswers, null,
            "Those of them that the fast lane answered.");
        meter.CreateObservableCounter(
            "attribution.fast_lane.handovers", () => HandOvers, null,
            "Connections the fast lane handed over to the stock lane.");
    }

    /// <summary>Requests that the fast lane answered.</summary>
    public long FastAnswers => Volatile.Read(ref _fastAnswers);

    /// <summary>Connections that it handed over.</summary>
    public long HandOvers => Volatile.Read(ref _handOvers);

    public void Answered(int statusCode) =>
        Interlocked.Increment(ref _answers[Math.Clamp(statusCode, 0, MaxStatusCode)]);

    /// <summary>In the fast lane, which counts a few at a time.</summary>
    internal void AnsweredFast(int statusCode, int requests)
    {
        Interlocked.Add(ref _answers[statusCode], requests);
        Interlocked.Add(ref _fastAnswers, requests);
    }

    internal void HandedOver() => Interlocked.Increment(ref _handOvers);

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
