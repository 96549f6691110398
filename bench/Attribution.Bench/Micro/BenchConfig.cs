using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Attribution.Bench.Micro;

/// <summary>
/// How micro benchmarks are run: short, with bytes allocated per operation. In this process, so that a run
/// needs no second build of the solution. Immutable.
/// </summary>
internal sealed class BenchConfig : ManualConfig
{
    public BenchConfig()
    {
        Add(DefaultConfig.Instance);
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)));
        AddColumn(StatisticColumn.OperationsPerSecond);
        HideColumns(Column.Error, Column.RatioSD);
        ArtifactsPath = Path.Combine("artifacts", "benchmarks");
    }
}
