using System.Threading.Channels;
using Attribution.Engine;
using Attribution.Model.Events;
using Attribution.Ring;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of passing one event to a consumer on another thread, by how it is passed; the baseline is the queue
/// the runtime brings. Each benchmark waits until the consumer has seen every event.
/// </summary>
[MemoryDiagnoser]
public class RingBenchmarks
{
    private const int Events = 100_000;
    private const int Slots = 4_096;
    private const int Batch = 100;
    private const int BytesPerEvent = 100;
    private const int Producers = 2;

    private readonly RingBuffer<long> _single = new(new SingleProducerSequencer(Slots));
    private readonly RingBuffer<long> _multi = new(new MultiProducerSequencer(Slots));
    private readonly EventRing _eventRing = new(new EventRingOptions { Slots = Slots, ArenaBytes = 1 << 20 });
    private readonly Channel<long> _channel = Channel.CreateBounded<long>(
        new BoundedChannelOptions(Slots) { SingleReader = true, SingleWriter = true });

    private BatchProcessor[] _processors = [];
    private Task _reading = Task.CompletedTask;
    private long _channelSeen;
    private long _channelSent;

    [GlobalSetup]
    public void Start()
    {
        _processors =
        [
            Processor(_single.Sequencer, new SumHandler(_single)),
            Processor(_multi.Sequencer, new SumHandler(_multi)),
            Processor(_eventRing, new EventHandler(_eventRing)),
        ];
        Array.ForEach(_processors, p => p.Start());
        _reading = Task.Run(ReadChannelAsync);
    }

    [GlobalCleanup]
    public void Stop()
    {
        _channel.Writer.Complete();
        _reading.Wait();
        Array.ForEach(_processors, p => p.DrainAndStop());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long ChannelOneToOne()
    {
        var wait = new SpinWait();
        for (int i = 0; i < Events; i++)
        {
            while (!_channel.Writer.TryWrite(i))
                wait.SpinOnce(sleep1Threshold: -1);
        }

        _channelSent += Events;
        while (Volatile.Read(ref _channelSeen) < _channelSent)
            wait.SpinOnce(sleep1Threshold: -1);
        return _channelSent;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneToOneSingle() => Await(_processors[0], Produce(_single, Events, 1));

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneToOneBatched() => Await(_processors[0], Produce(_single, Events, Batch));

    [Benchmark(OperationsPerInvoke = Events)]
    public long MultiProducerClaims()
    {
        Parallel.For(0, Producers, _ => Produce(_multi, Events / Producers, Batch));
        return Await(_processors[1], _multi.Cursor);
    }

    /// <summary>One claim of slots and bytes per request of a hundred events, as ingest does it.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long EventRingClaims()
    {
        var wait = new SpinWait();
        for (int sent = 0; sent < Events; sent += Batch)
        {
            EventClaim claim;
            while (!_eventRing.TryClaim(Batch, Batch * BytesPerEvent, out claim))
                wait.SpinOnce(sleep1Threshold: -1);

            _eventRing.ClaimBytes(claim).Fill((byte)sent);
            for (int i = 0; i < Batch; i++)
            {
                ref EventRecord record = ref _eventRing[claim.First + i];
                record.Header.BytesLength = BytesPerEvent;
                record.ArenaOffset = claim.ArenaOffset + (i * BytesPerEvent);
            }

            _eventRing.Publish(claim);
        }

        return Await(_processors[2], _eventRing.Cursor);
    }

    private static long Produce(RingBuffer<long> ring, int events, int batch)
    {
        var wait = new SpinWait();
        long last = -1;
        for (int sent = 0; sent < events; sent += batch)
        {
            while (!ring.TryNext(batch, out last))
                wait.SpinOnce(sleep1Threshold: -1);
            for (long sequence = last - batch + 1; sequence <= last; sequence++)
                ring[sequence] = sequence;
            ring.Publish(last - batch + 1, last);
        }

        return last;
    }

    private static long Await(BatchProcessor processor, long last)
    {
        var wait = new SpinWait();
        while (processor.Sequence.Value < last)
            wait.SpinOnce(sleep1Threshold: -1);
        return last;
    }

    private static BatchProcessor Processor(Sequencer sequencer, IBatchHandler handler)
    {
        var processor = new BatchProcessor("bench", sequencer.NewBarrier(), handler);
        sequencer.AddGatingSequences(processor.Sequence);
        return processor;
    }

    private static BatchProcessor Processor(EventRing ring, IBatchHandler handler)
    {
        var processor = new BatchProcessor("bench", ring.NewBarrier(), handler);
        ring.AddGatingSequences(processor.Sequence);
        return processor;
    }

    private async Task ReadChannelAsync()
    {
        while (await _channel.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            long seen = 0;
            while (_channel.Reader.TryRead(out _))
                seen++;
            Volatile.Write(ref _channelSeen, _channelSeen + seen);
        }
    }

    private abstract class Handler : IBatchHandler
    {
        protected long Sum { get; set; }

        public abstract void OnBatch(long first, long last);

        public void OnIdle()
        {
        }

        public void OnStart()
        {
        }

        public void OnStop()
        {
        }
    }

    private sealed class SumHandler(RingBuffer<long> ring) : Handler
    {
        public override void OnBatch(long first, long last)
        {
            for (long sequence = first; sequence <= last; sequence++)
                Sum += ring[sequence];
        }
    }

    private sealed class EventHandler(EventRing ring) : Handler
    {
        public override void OnBatch(long first, long last)
        {
            for (long sequence = first; sequence <= last; sequence++)
                Sum += ring.Bytes(ring[sequence])[0];
        }
    }
}
