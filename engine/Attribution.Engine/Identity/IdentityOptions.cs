namespace Attribution.Engine.Identity;

/// <summary>Bounds of the identity stage; all powers of two but the last.</summary>
public sealed record IdentityOptions
{
    /// <summary>
    /// Event ids remembered per generation, of which there are two. Default 4 Mi: 256 MiB when full.
    /// </summary>
    public int EventIds { get; init; } = 4 * 1024 * 1024;

    /// <summary>Ids that may be linked to another id. Default 16 Mi: 512 MiB when full.</summary>
    public int MaxLinkedIds { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Ids one person may have; more is a shared device or a constant sent as an id. Default 256.
    /// </summary>
    public int MaxIdsPerPerson { get; init; } = 256;
}
