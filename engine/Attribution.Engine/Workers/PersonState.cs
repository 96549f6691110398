using System.Runtime.InteropServices;

namespace Attribution.Engine.Workers;

/// <summary>
/// What a worker knows of one person: touches, conversions and milestones in time order, and what was
/// dropped. 48 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct PersonState
{
    private const long DayMillis = 24 * 60 * 60 * 1000;
    private const long NeverMillis = long.MinValue >> 16;

    public ulong Key;

    // Two times of 48 bits, each above a number of 16 bits.
    private long _lastSeenAndArrival;
    private long _droppedThroughAndOldest;

    /// <summary>The newest touch's cell in <see cref="TouchLists"/>.</summary>
    public uint Touches;
    public uint Conversions;
    public uint Milestones;
    public int DroppedTouches;

    /// <summary>
    /// The newest conversion or milestone that was dropped and that others depend on, in seconds since 1970,
    /// rounded up; 0 for none.
    /// </summary>
    public uint DroppedContextSeconds;
    public byte TouchCount;
    public byte ConversionCount;
    public byte MilestoneCount;

    /// <summary>
    /// The person was made after others were dropped, so an earlier history may be missing.
    /// </summary>
    public bool MayBeIncomplete;

    public PersonState(ulong key)
    {
        Key = key;
        DroppedThroughMillis = NeverMillis;
    }

    /// <summary>Time of the person's newest event.</summary>
    public long LastSeenMillis
    {
        readonly get => _lastSeenAndArrival >> 16;
        set => _lastSeenAndArrival = (value << 16) | ArrivalDay;
    }

    /// <summary>The day since 1970 on which an event of the person came in last; 0 where that is not known.
    /// </summary>
    public ushort ArrivalDay
    {
        readonly get => (ushort)_lastSeenAndArrival;
        set => _lastSeenAndArrival = (_lastSeenAndArrival & ~0xFFFFL) | value;
    }

    /// <summary>
    /// The newest touch that was dropped; conversions whose window reaches back to it are marked.
    /// </summary>
    public long DroppedThroughMillis
    {
        readonly get => _droppedThroughAndOldest >> 16;
        set => _droppedThroughAndOldest = (value << 16) | (ushort)_droppedThroughAndOldest;
    }

    /// <summary>
    /// No touch is older than this, which spares a look at the oldest; in whole days.
    /// </summary>
    public long OldestTouchMillis
    {
        readonly get => (ushort)_droppedThroughAndOldest * DayMillis;
        set => _droppedThroughAndOldest = (_droppedThroughAndOldest & ~0xFFFFL) | DayOf(value);
    }

    public void MarkTouch(long droppedMillis)
    {
        DroppedTouches++;
        DroppedThroughMillis = Math.Max(DroppedThroughMillis, droppedMillis);
    }

    public void MarkContext(long droppedMillis) =>
        DroppedContextSeconds = Math.Max(DroppedContextSeconds, (uint)((droppedMillis / 1000) + 1));

    /// <summary>What was dropped of one person is missing from the one it becomes.</summary>
    public void MergeMarks(in PersonState from)
    {
        DroppedTouches += from.DroppedTouches;
        DroppedThroughMillis = Math.Max(DroppedThroughMillis, from.DroppedThroughMillis);
        DroppedContextSeconds = Math.Max(DroppedContextSeconds, from.DroppedContextSeconds);
        MayBeIncomplete |= from.MayBeIncomplete;
    }

    /// <summary>The day since 1970 of a time.</summary>
    public static ushort DayOf(long millis) => (ushort)Math.Clamp(millis / DayMillis, 0, ushort.MaxValue);
}
