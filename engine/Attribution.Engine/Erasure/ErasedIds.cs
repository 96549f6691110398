using System.Security.Cryptography;
using System.Text;

namespace Attribution.Engine.Erasure;

/// <summary>
/// The ids of one person by kind, as SHA-256 in lower-case hex: enough to find every row, and nothing that
/// names the person stays in a receipt or in ClickHouse's list of mutations. Owned by one erasure.
/// </summary>
internal sealed class ErasedIds
{
    /// <summary>As <c>identities</c> names them.</summary>
    public const string User = "user";
    public const string Anonymous = "anonymous";
    public const string Device = "device";
    public const string Click = "click";

    /// <summary>Rows that name another project are not the person's; empty where any may be.</summary>
    public string Project { get; init; } = "";

    private readonly Dictionary<string, SortedSet<string>> _hashes = [];

    public int Count => _hashes.Values.Sum(hashes => hashes.Count);

    public void Add(string kind, string id) => AddHash(kind, Hash(Encoding.UTF8.GetBytes(id)));

    public void AddHash(string kind, string hash)
    {
        if (!_hashes.TryGetValue(kind, out SortedSet<string>? hashes))
            _hashes.Add(kind, hashes = new SortedSet<string>(StringComparer.Ordinal));
        hashes.Add(hash);
    }

    public IReadOnlyCollection<string> Of(string kind) =>
        _hashes.TryGetValue(kind, out SortedSet<string>? hashes) ? hashes : [];

    public bool Contains(string kind, ReadOnlySpan<byte> id) =>
        !id.IsEmpty && _hashes.TryGetValue(kind, out SortedSet<string>? hashes) && hashes.Contains(Hash(id));

    /// <summary>Whether it is one of the ids, whatever its kind.</summary>
    public bool ContainsOfAnyKind(ReadOnlySpan<byte> id)
    {
        string hash = id.IsEmpty ? "" : Hash(id);
        return _hashes.Values.Any(hashes => hashes.Contains(hash));
    }

    public static string Hash(ReadOnlySpan<byte> id) => Convert.ToHexStringLower(SHA256.HashData(id));
}
