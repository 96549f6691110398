using System.Diagnostics.Metrics;
using Attribution.Engine.Telemetry;

namespace Attribution.Engine.Tests.Telemetry;

public class MetricsTextTests
{
    [Fact]
    public void Render_BesideAnotherEngineOfTheProcess_ShowsItsOwnMeterOnly()
    {
        using var own = new Meter(MetricsText.MeterName);
        using var other = new Meter(MetricsText.MeterName);
        own.CreateObservableCounter("attribution.ids", () => 1L);
        other.CreateObservableCounter("attribution.ids", () => 40L);
        Counter<long> written = other.CreateCounter<long>("attribution.written");

        using var text = new MetricsText(own);
        written.Add(5);
        string rendered = text.Render();

        Assert.Contains("\nattribution_ids_total 1\n", rendered, StringComparison.Ordinal);
        Assert.DoesNotContain("attribution_written", rendered, StringComparison.Ordinal);
    }
}
