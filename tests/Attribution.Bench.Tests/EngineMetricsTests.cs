using Attribution.Bench.Load;

namespace Attribution.Bench.Tests;

public class EngineMetricsTests
{
    [Fact]
    public void Parse_PrometheusText_SumsOverLabels()
    {
        EngineMetrics metrics = EngineMetrics.Parse("""
            # TYPE attribution_process_allocated_bytes_total counter
            attribution_process_allocated_bytes_total{project="a b",lane="x}"} 10
            attribution_process_allocated_bytes_total{project="c"} 5 1700000000000
            process_cpu_seconds_total 1.5e1

            """);

        Assert.Equal(15, metrics.AllocatedBytes);
        Assert.Equal(15, metrics.CpuSeconds);
        Assert.Null(EngineMetrics.Parse("").CpuSeconds);
    }
}
