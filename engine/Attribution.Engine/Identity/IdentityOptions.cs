namespace Attribution.Engine.Identity;

/// <summary>Bounds of the identity stage's memory, powers of two, and what keeps projects apart.</summary>
public sealed record IdentityOptions
{
    /// <summary>
    /// Event ids remembered per generation, of which there are two. Default 4 Mi: 256 MiB when full.
    /// </summary>
    public int EventIds { get; init; } = 4 * 1024 * 1024;

    /// <summary>Ids that may be linked to another id. Default 16 Mi: 288 MiB when full.</summary>
    public int MaxLinkedIds { get; init; } = 16 * 1024 * 1024;

    /// <summary>Keeps projects apart; without a secret nothing does but their different hashes.</summary>
    public ProjectMasks Masks { get; init; }
}
