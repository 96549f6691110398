using System.Runtime.InteropServices;

namespace Attribution.Model.Journeys;

/// <summary>What an event that is neither touch nor conversion changes all the same.</summary>
public enum MilestoneKind : byte
{
    /// <summary>The app was opened: ends inactivity and begins a re-engagement.</summary>
    Open = 0,

    /// <summary>The config's <c>lead</c>, for the models of several milestones.</summary>
    Lead = 1,

    /// <summary>The config's <c>opportunity</c>.</summary>
    Opportunity = 2,
}

/// <summary>One milestone of one person. Blittable, 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct Milestone
{
    /// <summary>When it happened; milliseconds since 1970 UTC.</summary>
    public long TimeMillis;

    public CompactId EventId;
    public MilestoneKind Kind;
}
