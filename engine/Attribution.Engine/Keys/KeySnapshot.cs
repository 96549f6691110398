using System.Collections.Frozen;
using System.Security.Cryptography;
using Attribution.Engine.Ingest;

namespace Attribution.Engine.Keys;

/// <summary>The keys of one moment, found by what is sent. Immutable; shared by all requests.</summary>
internal sealed class KeySnapshot
{
    /// <summary>What an unknown key is compared with, so that it takes as long as a known one.</summary>
    private static readonly Entry Nobody = new(null, new byte[SHA256.HashSizeInBytes], null);

    private readonly FrozenDictionary<string, Entry> _entries;
    private readonly FrozenDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byId;

    /// <param name="keys">Each id once.</param>
    /// <param name="projectOf">The project that a key opens, its quota with it.</param>
    public KeySnapshot(IReadOnlyList<ApiKey> keys, Func<ApiKey, Project> projectOf)
    {
        Keys = keys;
        _entries = keys.ToFrozenDictionary(
            key => key.Id,
            key => new Entry(key, Convert.FromHexString(key.Sha256), projectOf(key)),
            StringComparer.Ordinal);
        _byId = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IReadOnlyList<ApiKey> Keys { get; }

    /// <summary>No key was ever made: requests need none.</summary>
    public bool IsOpen => Keys.Count == 0;

    /// <summary>The project that a key opens for a scope; null where it opens nothing.</summary>
    public Project? Find(ReadOnlySpan<char> key, KeyScopes scope)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        KeyText.Hash(key, hash);
        if (!KeyText.TryReadId(key, out ReadOnlySpan<char> id) || !_byId.TryGetValue(id, out Entry? entry))
            entry = Nobody;

        bool isEqual = CryptographicOperations.FixedTimeEquals(hash, entry.Hash);
        return isEqual && entry.Key is { } known && known.Opens(scope) ? entry.Project : null;
    }

    /// <summary>The project of a key that was there before and has not changed.</summary>
    public Project? ProjectOf(ApiKey key) =>
        _entries.TryGetValue(key.Id, out Entry? entry) && entry.Key == key ? entry.Project : null;

    /// <summary>A key, the bytes of its hash, and what it opens. Immutable.</summary>
    private sealed record Entry(ApiKey? Key, byte[] Hash, Project? Project);
}
