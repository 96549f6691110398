using System.Threading.Channels;
using Attribution.Engine;
using Attribution.Model.Events;
using Attribution.Ring;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of passing one event of 100 bytes to another thread: a record and its bytes in the engine's ring; the
/// baseline is the same record through the queue the runtime brings, without its bytes.
/// </summary>
[MemoryDiagnoser]
public class EventRingBenchmarks
{
    private const int Events = 200_000;
    private const int Slots = 16_384;
    private const int BytesPerEvent = 100;

    private readonly EventRing _ring = new(new EventRingOptions { Slots = Slots, ArenaBytes = 1 << 22 });
    private readonly ChannelSum<EventRecord> _channel = new(Channel.CreateBounded<EventRecord>(
        new BoundedChannelOptions(Slots) { SingleReader = true }), record => record.Header.BytesLength);

    private BatchProcessor _processor = null!;

    /// <summary>Events in one claim: those of one request.</summary>
    [Params(1, 100)]
    public int Batch { get; set; }

    [Params(1, 2)]
    public int Producers { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _processor = new BatchProcessor("bench", _ring.NewBarrier(), new LengthSum(_ring));
        _ring.AddGatingSequences(_processor.Sequence);
        _processor.Start();
        _channel.Start();
    }

    [GlobalCleanup]
    public void Stop()
    {
        _channel.Stop();
        _processor.DrainAndStop();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long BoundedChannel()
    {
        Parallel.For(0, Producers, _ =>
        {
            var record = new EventRecord();
            record.Header.BytesLength = BytesPerEvent;
            for (int i = 0; i < Events / Producers; i++)
                _channel.Write(record);
        });
        return _channel.AwaitAll(Events);
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long Ring()
    {
        Parallel.For(0, Producers, _ => Produce(Events / Producers));
        return RingSum.Await(_processor, _ring.Cursor);
    }

    private void Produce(int events)
    {
        var wait = new SpinWait();
        for (int sent = 0; sent < events; sent += Batch)
        {
            EventClaim claim;
            while (!_ring.TryClaim(Batch, Batch * BytesPerEvent, out claim))
                wait.SpinOnce(sleep1Threshold: -1);

            _ring.ClaimBytes(claim).Fill((byte)sent);
            for (int i = 0; i < Batch; i++)
            {
                ref EventRecord record = ref _ring[claim.First + i];
                record.Header.BytesLength = BytesPerEvent;
                record.ArenaOffset = claim.ArenaOffset + (i * BytesPerEvent);
            }

            _ring.Publish(claim);
        }
    }

    private sealed class LengthSum(EventRing ring) : IBatchHandler
    {
        private long _sum;

        public void OnBatch(long first, long last)
        {
            long sum = 0;
            for (long sequence = first; sequence <= last; sequence++)
                sum += ring.Bytes(ring[sequence])[0];
            _sum += sum;
        }

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
}
