namespace Attribution.Engine.Keys;

/// <summary>What a key is for; a key may be for several. A plain value.</summary>
[Flags]
public enum KeyScopes
{
    None = 0,

    /// <summary>Send events of its project.</summary>
    Ingest = 1,

    /// <summary>Report on its project: the key is a password of ClickHouse.</summary>
    Read = 2,

    /// <summary>See the engine's metrics and why it is not ready, which is about all projects.</summary>
    Admin = 4,
}
