using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of turning one event's share of a body into a finished record, by what senders send; the baseline
/// reads the same fields with <see cref="System.Text.Json.Utf8JsonReader"/> and does nothing with them.
/// </summary>
[MemoryDiagnoser]
public class EventParserBenchmarks
{
    private ParserWork _work = null!;

    public static IEnumerable<string> Shapes => ParserBodies.Shapes;

    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void SetUp() => _work = new ParserWork(Shape);

    [Benchmark(Baseline = true, OperationsPerInvoke = ParserBodies.Events)]
    public int Utf8JsonReaderFields() => _work.Fields();

    [Benchmark(OperationsPerInvoke = ParserBodies.Events)]
    public int Utf8JsonReaderTokens() => _work.Tokens();

    [Benchmark(OperationsPerInvoke = ParserBodies.Events)]
    public int StrictParser() => _work.Strict();

    [Benchmark(OperationsPerInvoke = ParserBodies.Events)]
    public int FastParser() => _work.Fast();
}
