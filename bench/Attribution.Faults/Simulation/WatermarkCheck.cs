using Attribution.Faults.ClickHouse;
using Attribution.Model.Events;

namespace Attribution.Faults.Simulation;

/// <summary>
/// Holds that the journal forgets an event only when its row is in ClickHouse, or it needs none. For one life
/// of an engine. Used by one thread.
/// </summary>
internal sealed class WatermarkCheck(SimulatedClickHouse clickHouse, EngineParts parts)
{
    private long _watermark = parts.FirstSequence - 1;

    /// <returns>The sequences now passed that are not stored.</returns>
    public IEnumerable<long> Pass(long watermark)
    {
        for (long at = _watermark + 1; at <= watermark; at++)
        {
            if (!IsStored(at))
                yield return at;
        }

        _watermark = Math.Max(_watermark, watermark);
    }

    private bool IsStored(long sequence)
    {
        // Both rings keep every event of this life, one of them with what the stages found out; of a sequence
        // that is gone for good they hold nothing.
        ref EventRecord record =
            ref sequence <= parts.Behind.Cursor ? ref parts.Behind[sequence] : ref parts.Ring[sequence];
        return record.Header.Kind == 0 || record.IsDuplicate
            || clickHouse.Holds("dead_letters", sequence)
            || (record.Header.Kind == EventKind.Event && clickHouse.Holds("events", sequence));
    }
}
