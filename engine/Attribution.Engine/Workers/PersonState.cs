using System.Runtime.InteropServices;

namespace Attribution.Engine.Workers;

/// <summary>
/// What a worker knows of one person: runs of touches, conversions and milestones in time order, and what was
/// dropped. 48 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct PersonState
{
    public ulong Key;
    public long LastSeenMillis;

    /// <summary>
    /// The newest touch that was dropped; conversions whose window reaches back to it are marked.
    /// </summary>
    public long DroppedThroughMillis;
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
}
