using System.Runtime.InteropServices;

namespace Attribution.Model.Journeys;

/// <summary>What a conversion is to the rules for installs.</summary>
public enum ConversionKind : byte
{
    /// <summary>Anything but an install: a purchase, a signup.</summary>
    Event = 0,

    /// <summary>Its type is one of the config's install types.</summary>
    Install = 1,
}

/// <summary>
/// One conversion of one person: what the attribution function needs to know, and what its row needs beside
/// that (texts are the owner's and never decide a result). Blittable, 64 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct Conversion
{
    /// <summary>When it happened; milliseconds since 1970 UTC.</summary>
    public long TimeMillis;

    public CompactId EventId;
    public ConversionKind Kind;

    /// <summary>Packed as <see cref="Events.EventHeader.Currency"/>; 0 when absent.</summary>
    public uint Currency;

    /// <summary>
    /// Revenue in ten-thousandths of the major unit; 0 when none was sent, negative for a refund.
    /// </summary>
    public long RevenueTenThousandths;

    /// <summary>
    /// On an install: when its download began, as the store says; milliseconds since 1970 UTC, or 0.
    /// </summary>
    public long InstallBeginMillis;

    public int ProjectId;
    public int TypeId;

    /// <summary>Place of the user id's text with the owner.</summary>
    public uint UserId;
    public ushort UserIdLength;
}
