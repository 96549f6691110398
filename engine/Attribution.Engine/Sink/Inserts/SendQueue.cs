using System.Collections.Concurrent;
using System.Threading.Channels;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Spill;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// What is to be sent: sealed blocks and spilled ones, each in its order, taken in turn while there are both,
/// so that neither the present waits for an hour's backlog nor the backlog for the present. Thread-safe;
/// bounded by the blocks there are and by <see cref="BlockSpill.MaxBlocks"/>.
/// </summary>
internal sealed class SendQueue
{
    private readonly ConcurrentQueue<SinkBlock> _sealed = new();
    private readonly ConcurrentQueue<SpilledBlock> _spilled = new();
    private readonly Channel<bool> _arrivals = Channel.CreateUnbounded<bool>();
    private int _turn;

    /// <exception cref="InvalidOperationException">The queue was completed.</exception>
    public void Add(SinkBlock block)
    {
        _sealed.Enqueue(block);
        Announce();
    }

    /// <inheritdoc cref="Add(SinkBlock)"/>
    public void Add(SpilledBlock block)
    {
        _spilled.Enqueue(block);
        Announce();
    }

    /// <summary>Nothing is added from now on; what is there can still be taken.</summary>
    public void Complete() => _arrivals.Writer.TryComplete();

    /// <returns>False when the queue is completed and empty.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken stopping) =>
        _arrivals.Reader.WaitToReadAsync(stopping);

    /// <summary>Gives a block of one of the two kinds.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryTake(out SinkBlock? block, out SpilledBlock? spilled)
    {
        block = null;
        spilled = null;
        if (!_arrivals.Reader.TryRead(out _))
            return false;

        // Each arrival follows its block, so there is one for us; another taker may only make us look twice.
        bool prefersSpilled = (Interlocked.Increment(ref _turn) & 1) == 0;
        while (true)
        {
            if (prefersSpilled && _spilled.TryDequeue(out spilled))
                return true;
            if (_sealed.TryDequeue(out block) || _spilled.TryDequeue(out spilled))
                return true;
        }
    }

    private void Announce()
    {
        bool taken = _arrivals.Writer.TryWrite(true);
        if (!taken)
            throw new InvalidOperationException("The sink was drained; nothing can be written any more.");
    }
}
