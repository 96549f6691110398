using System.Runtime.InteropServices;

namespace Attribution.Model.Journeys;

/// <summary>What the attribution function needs to know of a conversion. A value.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct Conversion
{
    /// <summary>When it happened; milliseconds since 1970 UTC.</summary>
    public long TimeMillis;

    public CompactId EventId;

    /// <summary>
    /// Revenue in ten-thousandths of the major unit; 0 when none was sent, negative for a refund.
    /// </summary>
    public long RevenueTenThousandths;
}
