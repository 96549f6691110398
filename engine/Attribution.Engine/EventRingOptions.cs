using System.ComponentModel.DataAnnotations;
using Attribution.Ring;

namespace Attribution.Engine;

/// <summary>
/// The size of the ring that events pass through, and where its numbering goes on. Immutable.
/// </summary>
public sealed record EventRingOptions
{
    /// <summary>Events in flight; a power of two. Default 65,536, about 16 MB.</summary>
    [Range(2, 1 << 24)]
    public int Slots { get; init; } = 65_536;

    /// <summary>Text bytes in flight; a power of two. Default 64 MiB: 1 KiB per slot.</summary>
    [Range(1024, 1 << 30)]
    public int ArenaBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// The sequence of the first event; the journal's last plus one after a restart. Default 0.
    /// </summary>
    public long FirstSequence { get; init; }

    /// <summary>How consumers wait for events; null for spinning shortly and then sleeping.</summary>
    public WaitStrategy? WaitStrategy { get; init; }
}
