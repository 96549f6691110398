using System.Runtime.InteropServices;

namespace Attribution.Engine.Workers;

/// <summary>
/// What a worker knows of one person: runs of touches and conversions in time order, and what was dropped.
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
    public int DroppedTouches;
    public byte TouchCount;
    public byte ConversionCount;

    /// <summary>
    /// The person was made after others were dropped, so an earlier history may be missing.
    /// </summary>
    public bool MayBeIncomplete;
}
