using Attribution.Simulator;
using Attribution.Simulator.Streaming;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of simulating one event, by how long the stream is: what is left of a core for sending it.
/// </summary>
public class EventStreamBenchmarks
{
    private const int Batch = 1_000;

    private readonly EventBody _body = new();
    private EventStream _stream = null!;

    [Params(1_000_000, 100_000_000)]
    public long Events { get; set; }

    /// <summary>A stream that ends is begun anew, so no invocation finds it empty.</summary>
    [GlobalSetup]
    public void Begin()
    {
        var end = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        _stream = new EventStream(new SimulatorOptions { Events = Events, End = end });
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int TryAppendTo()
    {
        _body.Clear();
        while (_body.Count < Batch)
        {
            if (!_stream.TryAppendTo(_body))
                Begin();
        }

        return _body.Bytes.Length;
    }
}
