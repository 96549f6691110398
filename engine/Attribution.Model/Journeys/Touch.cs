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

    public int TypeId;
    public int SourceId;
    public int MediumId;
    public int CampaignId;

    /// <summary>Index into the config's channels.</summary>
    public ushort Channel;
    public TouchKind Kind;

    /// <summary>1 where the channel is the config's direct channel.</summary>
    public byte IsDirect;
}
