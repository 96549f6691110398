using System.Threading.Channels;
using Attribution.Ring;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of passing one number from one thread to another, by what it passes through; the baseline is the
/// bounded queue the runtime brings. Each benchmark waits until the consumer has seen every number.
/// </summary>
[MemoryDiagnoser]
public class RingBenchmarks
{
    private const int Events = 1_000_000;
    private const int Slots = 65_536;
    private const int Batch = 100;

    private readonly RingBuffer<long> _parking = new(new SingleProducerSequencer(Slots));
    private readonly RingBuffer<long> _yielding =
        new(new SingleProducerSequencer(Slots, new YieldingWaitStrategy()));
    private readonly ChannelSum<long> _bounded = new(Channel.CreateBounded<long>(
        new BoundedChannelOptions(Slots) { SingleReader = true, SingleWriter = true }), number => number);

    private readonly ChannelSum<long> _unbounded = new(Channel.CreateUnbounded<long>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }), number => number);

    private RingSum[] _sums = [];

    [GlobalSetup]
    public void Start()
    {
        _sums = [new RingSum(_parking), new RingSum(_yielding)];
        _bounded.Start();
        _unbounded.Start();
    }

    [GlobalCleanup]
    public void Stop()
    {
        _bounded.Stop();
        _unbounded.Stop();
        Array.ForEach(_sums, sum => sum.Stop());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long BoundedChannel() => Send(_bounded);

    [Benchmark(OperationsPerInvoke = Events)]
    public long UnboundedChannel() => Send(_unbounded);

    /// <summary>As the engine waits: a consumer without work sleeps, so every publishing looks for sleepers.
    /// </summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long Ring() => _sums[0].Await(RingSum.Produce(_parking, Events, 1));

    [Benchmark(OperationsPerInvoke = Events)]
    public long RingBatched() => _sums[0].Await(RingSum.Produce(_parking, Events, Batch));

    /// <summary>A consumer that never sleeps, as the Disruptor is usually measured.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long RingYielding() => _sums[1].Await(RingSum.Produce(_yielding, Events, 1));

    [Benchmark(OperationsPerInvoke = Events)]
    public long RingYieldingBatched() => _sums[1].Await(RingSum.Produce(_yielding, Events, Batch));

    private static long Send(ChannelSum<long> channel)
    {
        for (int i = 0; i < Events; i++)
            channel.Write(i);
        return channel.AwaitAll(Events);
    }
}
