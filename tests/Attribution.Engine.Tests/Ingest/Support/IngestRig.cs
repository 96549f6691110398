using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Attribution.Ring;

namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>
/// An ingestor on a real ring; the test is its consumer and decides what is durable. Owned by one test.
/// </summary>
internal sealed class IngestRig : IDurability, IDisposable
{
    private readonly Sequence _consumed = new(-1);
    private readonly SequenceBarrier _barrier;
    private readonly Meter _meter = new("IngestRig." + Guid.NewGuid());

    public IngestRig(int slots = 1024, int arenaBytes = 1 << 20, TimeSpan? roomTimeout = null)
    {
        Ring = new EventRing(new EventRingOptions { Slots = slots, ArenaBytes = arenaBytes });
        Ring.AddGatingSequences(_consumed);
        _barrier = Ring.NewBarrier();
        Metrics = new IngestMetrics(_meter, () => Ring.Fill);
        var options = new IngestOptions { RoomTimeout = roomTimeout ?? TimeSpan.FromSeconds(30) };
        Ingestor = new Ingestor(Ring, this, Metrics, options, TimeProvider.System);
    }

    public EventRing Ring { get; }

    public Ingestor Ingestor { get; }

    public IngestMetrics Metrics { get; }

    public Meter Meter => _meter;

    /// <summary>What <see cref="WaitAsync"/> awaits; durable at once unless a test sets it.</summary>
    public Func<long, Task> Durable { get; set; } = _ => Task.CompletedTask;

    /// <inheritdoc/>
    public bool TakesMore { get; set; } = true;

    /// <summary>The last sequence that was waited for.</summary>
    public long Awaited { get; private set; } = -1;

    public async ValueTask WaitAsync(long sequence, CancellationToken cancel)
    {
        Awaited = sequence;
        await Durable(sequence).WaitAsync(cancel);
    }

    public ValueTask<IngestResult> IngestAsync(
        string body, EventBatch batch, CancellationToken cancel = default) =>
        Ingestor.IngestAsync(new ReadOnlySequence<byte>(Bodies.Utf8(body)), Bodies.Context, batch, cancel);

    /// <summary>What was published and not consumed yet; consumes it.</summary>
    public List<ParsedEvent> Consume()
    {
        var all = new List<ParsedEvent>();
        long last = _barrier.HighestPublishedSequence(_consumed.Value + 1);
        for (long sequence = _consumed.Value + 1; sequence <= last; sequence++)
            all.Add(new ParsedEvent(Ring[sequence], Ring.Bytes(Ring[sequence])));
        _consumed.SetValueVolatile(last);
        _barrier.Advanced();
        return all;
    }

    public static string Answer(IngestResult result, EventBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        IngestResponse.WriteBody(result, batch, output);
        return IngestResponse.StatusCode(result) + " " + Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public void Dispose() => _meter.Dispose();
}
