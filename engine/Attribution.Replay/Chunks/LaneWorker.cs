using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Attributes persons of one lane's chunk and hands each conversion to the sink. Owned by one attributing
/// thread.
/// </summary>
internal sealed class LaneWorker(Lane lane, IReplayLane sink) : IDisposable
{
    private readonly HistoryBuffer _buffer = new(lane.Chunk.Texts);
    private readonly AttributionResult _result = new(lane.Config);
    private int[] _open = new int[128];

    public IReplayLane Sink => sink;

    /// <summary>Conversions attributed by this worker so far.</summary>
    public long ConversionCount { get; private set; }

    /// <summary>Attributes some of the chunk's persons.</summary>
    public void Attribute(int firstPerson, int endPerson)
    {
        for (int i = firstPerson; i < endPerson; i++)
        {
            ref readonly ChunkPerson person = ref lane.Chunk[i];
            if (person.InRange > 0 || (sink.WantsNoConversion && person.Touches != 0))
                Attribute(person);
        }
    }

    public void Dispose() => sink.Dispose();

    private void Attribute(in ChunkPerson person)
    {
        PersonHistory history = _buffer.Gather(lane.Chunk, person);
        var stamp = new RowStamp { Person = person.Key, Version = person.NewestSequence + 1 };
        long lastMillis = lane.FromMillis - 1;
        for (int i = 0; i < history.Conversions.Length; i++)
        {
            if (!lane.IsInRange(history.Conversions[i].TimeMillis))
                continue;
            lane.Attributor.Attribute(history, i, _result);
            sink.Conversion(history, _result, stamp);
            ConversionCount++;
            lastMillis = history.Conversions[i].TimeMillis;
        }

        if (sink.WantsNoConversion)
            HandOpen(history, lastMillis);
    }

    /// <summary>The touches of the range that no conversion in it followed.</summary>
    private void HandOpen(in PersonHistory history, long afterMillis)
    {
        int count = 0;
        for (int i = 0; i < history.Touches.Length; i++)
        {
            ref readonly Touch touch = ref history.Touches[i];
            if (touch.TimeMillis <= afterMillis || touch.TimeMillis >= lane.ToMillis || touch.IsProbabilistic)
                continue;
            if (count == _open.Length)
                Array.Resize(ref _open, 2 * count);
            _open[count++] = i;
        }

        if (count > 0)
            sink.NoConversion(history, _open.AsSpan(0, count));
    }
}
