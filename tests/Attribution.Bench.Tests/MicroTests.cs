using System.Reflection;
using Attribution.Bench.Micro;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Tests;

/// <remarks>
/// Allocated bytes are gated, times never: the runtime allocates the same everywhere. A benchmark that begins
/// to allocate fails here, long before anybody runs BenchmarkDotNet.
/// </remarks>
public class MicroTests
{
    public static TheoryData<string> Gated() => [.. AllocationGate.Allowed().Keys];

    [Theory]
    [MemberData(nameof(Gated))]
    public void Benchmark_Warm_AllocatesNoMoreThanAllowed(string name) =>
        Assert.InRange(AllocationGate.Measure(name), 0, AllocationGate.Allowed()[name]);

    [Fact]
    public void Classes_OfBenchmarks_HaveOneBaselineEach()
    {
        foreach (Type type in typeof(AllocationGate).Assembly.GetTypes())
        {
            BenchmarkAttribute[] benchmarks =
            [
                .. type.GetMethods().SelectMany(method => method.GetCustomAttributes<BenchmarkAttribute>()),
            ];
            if (benchmarks.Length > 0)
                Assert.True(benchmarks.Count(each => each.Baseline) == 1, type.Name);
        }
    }

    [Fact]
    public void Measure_OfWhatAllocates_SaysHowMuch() =>
        Assert.Equal(24 + 100 + 4, AllocationGate.Measure(typeof(AllocatingBenchmarks), "OneArray"));

    [Fact]
    public void Measure_OfNoBenchmark_NamesIt() => Assert.Contains(
        "Nothing", Assert.Throws<ArgumentException>(() => AllocationGate.Measure("Nothing.Here")).Message,
        StringComparison.Ordinal);

    private sealed class AllocatingBenchmarks
    {
        private int _bytes;

        [GlobalSetup]
        public void SetUp() => _bytes = 100;

        [Benchmark(Baseline = true)]
        public byte[] OneArray() => new byte[_bytes];
    }
}
