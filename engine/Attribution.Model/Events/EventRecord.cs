using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attribution.Model.Identity;

namespace Attribution.Model.Events;

/// <summary>What a record in the ring and in the journal stands for.</summary>
public enum EventKind : byte
{
    /// <summary>A valid event.</summary>
    Event = 1,

    /// <summary>
    /// A dead letter: bytes that were rejected, with the reason in <see cref="EventField.Type"/>.
    /// </summary>
    Rejected = 2,
}

/// <summary>Facts about an event that are one bit each.</summary>
[Flags]
public enum EventFlags : byte
{
    None = 0,

    /// <summary><see cref="EventHeader.RevenueTenThousandths"/> was sent (it may be zero).</summary>
    HasRevenue = 1,

    /// <summary>The event came without an id; the id is derived from its content.</summary>
    DerivedId = 2,

    /// <summary><see cref="EventHeader.SentMillis"/> was sent.</summary>
    HasSentAt = 4,

    /// <summary>The event came without a timestamp; it happened when it was received.</summary>
    ReceivedTime = 8,

    /// <summary>On a rejected event: its bytes were cut at the event limit.</summary>
    Truncated = 16,
}

/// <summary>Where one text field lies among the event's bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FieldSlice
{
    public ushort Offset;
    public ushort Length;
}

/// <summary>One <see cref="FieldSlice"/> per <see cref="EventField"/>.</summary>
[InlineArray(EventRecord.FieldCount)]
public struct FieldTable
{
    private FieldSlice _first;
}

/// <summary>As many persons as the ids of one event can show to be one with another.</summary>
[InlineArray(EventIds.MaxCount - 1)]
public struct MergedPersons
{
    private ulong _first;
}

/// <summary>
/// The part of an event that the journal keeps as it lies in memory: fixed size, little-endian, no
/// references. The text fields are slices of <see cref="BytesLength"/> bytes that travel beside it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct EventHeader
{
    public EventKind Kind;
    public EventFlags Flags;

    /// <summary>Length of the text fields' bytes together; at most 32 KiB.</summary>
    public ushort BytesLength;

    /// <summary>ISO 4217 code as three ASCII bytes, the first in the lowest byte; 0 when absent.</summary>
    public uint Currency;

    /// <summary>
    /// When it happened, corrected by the sender's clock error; milliseconds since 1970 UTC.
    /// </summary>
    public long TimestampMillis;

    /// <summary>When the engine received it; milliseconds since 1970 UTC.</summary>
    public long ReceivedMillis;

    /// <summary>The sender's clock when it sent; valid with <see cref="EventFlags.HasSentAt"/>.</summary>
    public long SentMillis;

    /// <summary>
    /// Revenue in ten-thousandths of the major unit; valid with <see cref="EventFlags.HasRevenue"/>.
    /// </summary>
    public long RevenueTenThousandths;

    /// <summary>IPv6 or IPv4-mapped address: bytes 0–7 in network order, as they lie in memory.</summary>
    public ulong IpHigh;

    /// <summary>Bytes 8–15 of the address.</summary>
    public ulong IpLow;

    public FieldTable Fields;
}

/// <summary>
/// An event as it lies in a slot of the ring: the journalled header, and what stages derive from it.
/// Written by the producer before publishing, then by the identity stage; read-only for every later consumer.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct EventRecord
{
    public const int FieldCount = 19;

    /// <summary>Most bytes of text one event may carry (the event limit of the contract).</summary>
    public const int MaxBytes = 32 * 1024;

    public EventHeader Header;

    /// <summary>
    /// Where the event's bytes begin in the ring's arena. Absolute: grows for ever, wraps by modulo.
    /// </summary>
    public long ArenaOffset;

    /// <summary>Hash of (project, event id), by <see cref="EventHash"/>.</summary>
    public UInt128 EventIdHash;

    /// <summary>Hashes of (project, kind of id, id); 0 when the id is absent.</summary>
    public ulong UserIdHash;
    public ulong AnonymousIdHash;
    public ulong DeviceIdHash;

    /// <summary>
    /// The person: the smallest id hash of the connected component. Set by the identity stage.
    /// </summary>
    public ulong Person;

    /// <summary>
    /// Persons that this event showed to be <see cref="Person"/>, the first <see cref="MergedCount"/> of
    /// them. Set by the identity stage.
    /// </summary>
    public MergedPersons Merged;
    public byte MergedCount;

    /// <summary>
    /// The event's id was seen before in its project; later stages pass it over. Set by the identity stage.
    /// </summary>
    public bool IsDuplicate;

    public readonly ReadOnlySpan<byte> Field(EventField field, ReadOnlySpan<byte> eventBytes)
    {
        FieldSlice slice = Header.Fields[(int)field];
        return eventBytes.Slice(slice.Offset, slice.Length);
    }

    /// <summary>Sets the hashes of the event's ids from its text fields.</summary>
    public void ComputeHashes(ReadOnlySpan<byte> eventBytes) =>
        ComputeHashes(EventHash.Project(Field(EventField.Project, eventBytes)), eventBytes);

    /// <summary>The same, for a caller that has the project's hash already.</summary>
    public void ComputeHashes(ulong projectHash, ReadOnlySpan<byte> eventBytes)
    {
        EventIdHash = EventHash.EventId(projectHash, Field(EventField.EventId, eventBytes));
        UserIdHash = HashOf(projectHash, IdKind.User, Field(EventField.UserId, eventBytes));
        AnonymousIdHash = HashOf(projectHash, IdKind.Anonymous, Field(EventField.AnonymousId, eventBytes));
        DeviceIdHash = HashOf(projectHash, IdKind.Device, Field(EventField.DeviceId, eventBytes));
    }

    private static ulong HashOf(ulong project, IdKind kind, ReadOnlySpan<byte> id) =>
        id.IsEmpty ? 0 : EventHash.Id(project, kind, id);
}
