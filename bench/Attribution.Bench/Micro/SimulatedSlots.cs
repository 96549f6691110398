using System.Buffers;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;

namespace Attribution.Bench.Micro;

/// <summary>
/// The simulator's events as they lie in the ring: parsed records, and their texts one after another in one
/// arena. Filled once; then read by any thread.
/// </summary>
internal sealed class SimulatedSlots
{
    private const int EventsPerBody = 1_000;
    private readonly EventRecord[] _records;
    private readonly int[] _offsets;
    private readonly byte[] _arena;

    /// <param name="events">How many; valid ones.</param>
    public SimulatedSlots(int events)
    {
        _records = new EventRecord[events];
        _offsets = new int[events];
        var arena = new ArrayBufferWriter<byte>(events * 300);
        var end = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var stream = new EventStream(
            new SimulatorOptions { Events = 2L * events, Days = 10, End = end });
        var body = new EventBody();
        var batch = new EventBatch();
        for (int count = 0; count < events;)
        {
            body.Clear();
            while (body.Count < EventsPerBody && stream.TryAppendTo(body))
            {
                // Filled by the condition.
            }

            body.StampSent(end.ToUnixTimeMilliseconds());
            batch.Clear();
            var context = new IngestContext(new Project("default"), default, end.ToUnixTimeMilliseconds());
            BatchReader.Read(body.Bytes.Span, context, batch);
            Take(batch, arena, ref count);
        }

        _arena = arena.WrittenSpan.ToArray();
    }

    public int Count => _records.Length;

    /// <summary>Bytes of text, on average.</summary>
    public double TextBytes => (double)_arena.Length / Count;

    public ref readonly EventRecord this[int slot] => ref _records[slot];

    public ReadOnlySpan<byte> Bytes(int slot) =>
        _arena.AsSpan(_offsets[slot], _records[slot].Header.BytesLength);

    private void Take(EventBatch batch, ArrayBufferWriter<byte> arena, ref int count)
    {
        int offset = 0;
        foreach (ref readonly EventRecord record in batch.Records)
        {
            int length = record.Header.BytesLength;
            if (record.Header.Kind == EventKind.Event && count < _records.Length)
            {
                _records[count] = record;
                _offsets[count++] = arena.WrittenCount;
                arena.Write(batch.Text.Slice(offset, length));
            }

            offset += length;
        }
    }
}
