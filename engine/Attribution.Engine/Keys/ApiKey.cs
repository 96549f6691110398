namespace Attribution.Engine.Keys;

/// <summary>A key as the engine knows it: everything but the key itself. Immutable.</summary>
public sealed record ApiKey
{
    /// <summary>Public part of the key's text: <see cref="KeyText.IdChars"/> hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Project { get; init; }

    public required KeyScopes Scopes { get; init; }

    /// <summary>SHA-256 of the whole key's text, as 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Null while the key opens something.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>
    /// Events per second it may send; 0 sets no limit, null leaves it to the engine's own default.
    /// </summary>
    public int? EventsPerSecond { get; init; }

    /// <summary>For people: whose key it is, or where it lies.</summary>
    public string Name { get; init; } = "";

    public bool IsActive => Revoked is null;

    public bool Opens(KeyScopes scope) => IsActive && (Scopes & scope) != 0;
}
