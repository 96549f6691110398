using System.Runtime.InteropServices;

namespace Attribution.Model.Journeys;

/// <summary>What a person did when touched; windows are set per kind.</summary>
public enum TouchKind : byte
{
    Click = 1,

    /// <summary>An impression: the person saw the advertisement and did nothing.</summary>
    View = 2,

    /// <summary>A visit to the site or an opening of the app.</summary>
    Visit = 3,

    /// <summary>An install referrer: the store itself names the click.</summary>
    Referrer = 4,
}

/// <summary>Facts about a touch that are one bit each.</summary>
[Flags]
public enum TouchFlags : byte
{
    None = 0,

    /// <summary>The channel is the config's direct channel.</summary>
    Direct = 1,

    /// <summary>
    /// It came to this history by its address and device, not by an id: a probabilistic match.
    /// </summary>
    Probabilistic = 2,

    /// <summary>
    /// Its event names a user or a device: an id that another person's install would have to share.
    /// </summary>
    CarriesId = 4,

    /// <summary>The config's retargeting rule holds: it speaks to persons who have the app already.</summary>
    Retargeting = 8,
}

/// <summary>
/// One touch of one person, as workers keep it and as the attribution function reads it: blittable, 56 bytes.
/// The text ids (<see cref="TypeId"/> and so on) belong to the owner's dictionary and never decide a result.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct Touch
{
    /// <summary>When it happened; milliseconds since 1970 UTC.</summary>
    public long TimeMillis;

    /// <summary>The event's id; second key of the total order.</summary>
    public CompactId EventId;

    /// <summary>Index into the config's channels.</summary>
    public ushort Channel;

    public int TypeId;
    public int SourceId;
    public int MediumId;
    public int CampaignId;

    /// <summary>32 bits of the click id's hash, to tell repeated clicks; 0 where it carries none.</summary>
    public uint ClickHash;

    /// <summary>Packed as <see cref="Events.EventHeader.Currency"/>; 0 when absent.</summary>
    public uint Currency;

    public TouchKind Kind;
    public TouchFlags Flags;

    /// <summary>Which window is its own: an index into <see cref="Configs.WindowConfig.Settings"/>.</summary>
    public byte Window;

    /// <summary>1 + index of the fraud rule whose condition holds; 0 for none.</summary>
    public byte FraudRule;

    public readonly bool IsDirect => (Flags & TouchFlags.Direct) != 0;

    public readonly bool IsProbabilistic => (Flags & TouchFlags.Probabilistic) != 0;
}
