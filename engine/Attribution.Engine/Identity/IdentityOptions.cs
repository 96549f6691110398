namespace Attribution.Engine.Identity;

/// <summary>Bounds of the identity stage's memory; powers of two.</summary>
public sealed record IdentityOptions
{
    /// <summary>
    /// Event ids remembered per generation, of which there are two. Default 4 Mi: 256 MiB when full.
    /// </summary>
    public int EventIds { get; init; } = 4 * 1024 * 1024;

    /// <summary>Ids that may be linked to another id. Default 16 Mi: 512 MiB when full.</summary>
    public int MaxLinkedIds { get; init; } = 16 * 1024 * 1024;
}
