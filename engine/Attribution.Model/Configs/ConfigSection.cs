using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Attribution.Model.Configs;

/// <summary>
/// One object of a config document being read: gives each member or its default, and notes what is wrong.
/// Lives while one document is read; not thread-safe.
/// </summary>
internal sealed class ConfigSection
{
    private const int MaxTypes = 64;
    private const int MaxTypeBytes = 64;
    private const int MaxFoundChars = 80;
    private const string TypesExpected = "an array of at most 64 different event types of 1 to 64 bytes";

    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly string _prefix;
    private readonly List<ConfigError> _errors;

    public ConfigSection(JsonElement element, string path, List<ConfigError> errors)
    {
        _prefix = path.Length == 0 ? "" : path + ".";
        _errors = errors;
        if (element.ValueKind == JsonValueKind.Undefined)
            return;

        if (element.ValueKind != JsonValueKind.Object)
        {
            Refuse(path.Length == 0 ? "$" : path, element, "an object");
            return;
        }

        foreach (JsonProperty member in element.EnumerateObject())
            _members.Add(member.Name, member.Value);
    }

    public ConfigSection Section(string key)
    {
        _members.Remove(key, out JsonElement element);
        return new ConfigSection(element, _prefix + key, _errors);
    }

    public long Integer(string key, long otherwise, long min, long max)
    {
        if (!_members.Remove(key, out JsonElement element))
            return otherwise;
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number)
            && number >= min && number <= max)
        {
            return number;
        }

        Refuse(_prefix + key, element, string.Create(
            CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
        return otherwise;
    }

    public long Millis(string key, long otherwise, long min, long max)
    {
        if (!_members.Remove(key, out JsonElement element))
            return otherwise;
        if (element.ValueKind == JsonValueKind.String
            && Duration.TryParse(element.GetString()!, out long millis) && millis >= min && millis <= max)
        {
            return millis;
        }

        Refuse(
            _prefix + key, element,
            $"{Duration.Grammar}, from {Duration.Format(min)} to {Duration.Format(max)}");
        return otherwise;
    }

    public string Text(string key, string otherwise, Func<string, bool> isValid, string expected)
    {
        if (!_members.Remove(key, out JsonElement element))
            return otherwise;
        if (element.ValueKind == JsonValueKind.String && isValid(element.GetString()!))
            return element.GetString()!;

        Refuse(_prefix + key, element, expected);
        return otherwise;
    }

    /// <summary>
    /// A set of event types, sorted: their order means nothing, so it must not change the hash.
    /// </summary>
    public IReadOnlyList<string> Types(string key, IReadOnlyList<string> otherwise) =>
        Strings(key, otherwise, TypesExpected, IsType);

    /// <summary>A set of strings, sorted.</summary>
    public IReadOnlyList<string> Strings(
        string key, IReadOnlyList<string> otherwise, string expected, Func<string, bool> isValid)
    {
        if (!_members.Remove(key, out JsonElement element))
            return otherwise;

        var items = new SortedSet<string>(StringComparer.Ordinal);
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() <= MaxTypes
            && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String
                && isValid(item.GetString()!) && items.Add(item.GetString()!)))
        {
            return [.. items];
        }

        Refuse(_prefix + key, element, expected);
        return otherwise;
    }

    /// <summary>
    /// Notes an error of the section's own making, such as members that do not fit each other.
    /// </summary>
    public void Refuse(string key, string found, string expected) =>
        _errors.Add(new ConfigError(key.Length == 0 ? _prefix.TrimEnd('.') : _prefix + key, found, expected));

    /// <summary>Called last: whatever was not read is a mistake, most often a misspelt name.</summary>
    public void RefuseOthers(string expected)
    {
        foreach ((string key, JsonElement value) in _members)
            Refuse(_prefix + key, value, expected);
    }

    private static bool IsType(string type) =>
        type.Length > 0 && Encoding.UTF8.GetByteCount(type) <= MaxTypeBytes;

    private void Refuse(string path, JsonElement element, string expected)
    {
        string found = element.GetRawText();
        if (found.Length > MaxFoundChars)
            found = found[..MaxFoundChars] + "…";
        _errors.Add(new ConfigError(path, found, expected));
    }
}
