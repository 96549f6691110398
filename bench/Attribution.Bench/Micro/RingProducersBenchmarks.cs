using System.Threading.Channels;
using Attribution.Ring;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of passing one number from several threads to one, by what it passes through; the baseline is the
/// bounded queue the runtime brings.
/// </summary>
[MemoryDiagnoser]
public class RingProducersBenchmarks
{
    private const int Events = 1_000_000;
    private const int Slots = 65_536;
    private const int Batch = 100;

    private readonly RingBuffer<long> _ring = new(new MultiProducerSequencer(Slots));
    private readonly ChannelSum<long> _channel = new(Channel.CreateBounded<long>(
        new BoundedChannelOptions(Slots) { SingleReader = true }), number => number);

    private RingSum _sum = null!;

    [Params(1, 2, 4)]
    public int Producers { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _sum = new RingSum(_ring);
        _channel.Start();
    }

    [GlobalCleanup]
    public void Stop()
    {
        _channel.Stop();
        _sum.Stop();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long BoundedChannel()
    {
        int each = Events / Producers;
        Parallel.For(0, Producers, _ =>
        {
            for (int i = 0; i < each; i++)
                _channel.Write(i);
        });
        return _channel.AwaitAll(each * Producers);
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long Ring() => Send(1);

    [Benchmark(OperationsPerInvoke = Events)]
    public long RingBatched() => Send(Batch);

    private long Send(int batch)
    {
        Parallel.For(0, Producers, _ => RingSum.Produce(_ring, Events / Producers, batch));
        return _sum.Await(_ring.Cursor);
    }
}
