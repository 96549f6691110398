using System.Threading.Channels;

namespace Attribution.Bench.Micro;

/// <summary>
/// A channel and its consumer, which adds up what a selector reads from each item: what a benchmark compares
/// a ring with. Any thread may write; one benchmark at a time awaits.
/// </summary>
internal sealed class ChannelSum<T>(Channel<T> channel, Func<T, long> read)
{
    private Task _reading = Task.CompletedTask;
    private long _awaited;
    private long _seen;

    public long Sum { get; private set; }

    public void Start() => _reading = Task.Run(ReadAsync);

    public void Stop()
    {
        channel.Writer.Complete();
        _reading.Wait();
    }

    /// <summary>Waits while the channel is full.</summary>
    public void Write(in T item)
    {
        var wait = new SpinWait();
        while (!channel.Writer.TryWrite(item))
            wait.SpinOnce(sleep1Threshold: -1);
    }

    /// <summary>Returns once that many more items than before were seen.</summary>
    public long AwaitAll(int items)
    {
        _awaited += items;
        var wait = new SpinWait();
        while (Volatile.Read(ref _seen) < _awaited)
            wait.SpinOnce(sleep1Threshold: -1);
        return _awaited;
    }

    private async Task ReadAsync()
    {
        while (await channel.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            long seen = 0;
            long sum = 0;
            while (channel.Reader.TryRead(out T? item))
            {
                sum += read(item);
                seen++;
            }

            Sum += sum;
            Volatile.Write(ref _seen, _seen + seen);
        }
    }
}
