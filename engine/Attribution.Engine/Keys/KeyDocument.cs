using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Attribution.Engine.Ingest;

namespace Attribution.Engine.Keys;

/// <summary>
/// The file of keys as JSON: <c>{"version":1,"keys":[{…}]}</c>, a key per entry, checked field by field.
/// Stateless.
/// </summary>
internal static class KeyDocument
{
    /// <summary>Most keys, those revoked among them.</summary>
    public const int MaxKeys = 10_000;

    /// <summary>Longest <see cref="ApiKey.Name"/>.</summary>
    public const int MaxNameChars = 200;

    private const int Version = 1;
    private const int MaxEventsPerSecond = 1_000_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static byte[] Write(IEnumerable<ApiKey> keys) =>
        JsonSerializer.SerializeToUtf8Bytes(new Document(Version, [.. keys.Select(Entry.Of)]), Json);

    /// <exception cref="JsonException">It is no such document; the message says where.</exception>
    public static IReadOnlyList<ApiKey> Read(ReadOnlySpan<byte> utf8)
    {
        Document document = JsonSerializer.Deserialize<Document>(utf8, Json)
            ?? throw new JsonException("null is no object");
        if (document.Version != Version)
            throw new JsonException($"version {document.Version} is not known; {Version} was expected");
        if (document.Keys is null || document.Keys.Length > MaxKeys)
            throw new JsonException($"keys is no array of at most {MaxKeys} entries");

        ApiKey[] keys = [.. document.Keys.Select((entry, index) => entry.ToKey(index))];
        string? twice = keys.GroupBy(key => key.Id).FirstOrDefault(same => same.Count() > 1)?.Key;
        return twice is null ? keys : throw new JsonException($"the id {twice} is there twice");
    }

    /// <summary>What is wrong with a project's name; null where nothing is.</summary>
    public static string? ProblemOfProject(string? name) =>
        string.IsNullOrWhiteSpace(name) || Encoding.UTF8.GetByteCount(name) > Project.MaxNameBytes
        || !IsPlain(name)
            ? $"a project has 1 to {Project.MaxNameBytes} bytes of UTF-8 without control characters"
            : null;

    /// <summary>What is wrong with a quota; null where nothing is.</summary>
    public static string? ProblemOfQuota(int? eventsPerSecond) =>
        eventsPerSecond is < 0 or > MaxEventsPerSecond
            ? $"events per second are 0 to {MaxEventsPerSecond}"
            : null;

    /// <summary>What is wrong with a key's name for people; null where nothing is.</summary>
    public static string? ProblemOfName(string? name) =>
        name is { Length: > MaxNameChars } || !IsPlain(name)
            ? $"a name has at most {MaxNameChars} characters, none of them a control character"
            : null;

    /// <summary>No control characters, and no halves of a character, which UTF-8 cannot say.</summary>
    private static bool IsPlain(string? text) =>
        text is null || (!text.Any(char.IsControl) && !text.Contains('\uFFFD')
            && text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar));

    /// <summary>The whole file. Immutable.</summary>
    private sealed record Document(int Version, Entry[]? Keys);

    /// <summary>One key in the file, before it is checked. Immutable.</summary>
    private sealed record Entry(
        string? Id,
        string? Project,
        string[]? Scopes,
        string? Sha256,
        DateTimeOffset? Created,
        DateTimeOffset? Revoked,
        int? EventsPerSecond,
        string? Name)
    {
        private static readonly (KeyScopes Scope, string Name)[] Names =
            [(KeyScopes.Ingest, "ingest"), (KeyScopes.Read, "read"), (KeyScopes.Admin, "admin")];

        public static Entry Of(ApiKey key) => new(
            key.Id,
            key.Project,
            [.. Names.Where(known => (key.Scopes & known.Scope) != 0).Select(known => known.Name)],
            key.Sha256,
            key.Created,
            key.Revoked,
            key.EventsPerSecond,
            key.Name.Length == 0 ? null : key.Name);

        public ApiKey ToKey(int index)
        {
            string? problem = Problem();
            if (problem is not null)
                throw new JsonException($"keys[{index}]: {problem}");
            return new ApiKey
            {
                Id = Id!,
                Project = Project!,
                Scopes = Scopes!.Aggregate(KeyScopes.None, (all, name) => all | ScopeOf(name)),
                Sha256 = Sha256!,
                Created = Created!.Value,
                Revoked = Revoked,
                EventsPerSecond = EventsPerSecond,
                Name = Name ?? "",
            };
        }

        private string? Problem()
        {
            if (!KeyText.IsId(Id))
                return $"id is not {KeyText.IdChars} hexadecimal digits";
            if (Sha256 is null || Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigit))
                return "sha256 is not 64 hexadecimal digits";
            if (Scopes is null or [] || Scopes.Any(name => ScopeOf(name) == KeyScopes.None))
                return "scopes are not some of ingest, read and admin";
            if (Created is null)
                return "created is no time";
            return ProblemOfProject(Project) ?? ProblemOfQuota(EventsPerSecond) ?? ProblemOfName(Name);
        }

        private static KeyScopes ScopeOf(string? name) =>
            Names.FirstOrDefault(known => known.Name == name).Scope;
    }
}
