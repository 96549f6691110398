using Attribution.Ring;

namespace Attribution.Bench.Micro;

/// <summary>
/// The consumer of a ring of numbers: adds them up on its own thread. Made, awaited and stopped by a
/// benchmark.
/// </summary>
internal sealed class RingSum : IBatchHandler
{
    private readonly RingBuffer<long> _ring;
    private readonly BatchProcessor _processor;

    public RingSum(RingBuffer<long> ring)
    {
        _ring = ring;
        _processor = new BatchProcessor("bench", ring.NewBarrier(), this);
        ring.AddGatingSequences(_processor.Sequence);
        _processor.Start();
    }

    public long Sum { get; private set; }

    public static long Produce(RingBuffer<long> ring, int events, int batch)
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

    public long Await(long last) => Await(_processor, last);

    public static long Await(BatchProcessor processor, long last)
    {
        var wait = new SpinWait();
        while (processor.Sequence.Value < last)
            wait.SpinOnce(sleep1Threshold: -1);
        return last;
    }

    public void Stop() => _processor.DrainAndStop();

    public void OnBatch(long first, long last)
    {
        long sum = 0;
        for (long sequence = first; sequence <= last; sequence++)
            sum += _ring[sequence];
        Sum += sum;
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
