using System.Globalization;
using System.Text;
using System.Text.Json;
using Attribution.Model.Conditions;

namespace Attribution.Model.Configs;

/// <summary>
/// One object of a config document being read: gives each member or its default, and notes what is wrong.
/// Lives while one document is read; not thread-safe.
/// </summary>
internal sealed class ConfigSection
{
    /// <summary>More mistakes than anybody reads are not noted.</summary>
    private const int MaxErrors = 100;

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
            Note(path.Length == 0 ? "$" : path, element, "an object");
            return;
        }

        IsGiven = true;
        foreach (JsonProperty member in element.EnumerateObject())
            _members.Add(member.Name, member.Value);
    }

    /// <summary>The document has it, and it is an object.</summary>
    public bool IsGiven { get; }

    /// <summary>Where it stands in the document.</summary>
    public string Path => _prefix.TrimEnd('.');

    public bool Has(string key) => _members.ContainsKey(key);

    public ConfigSection Section(string key)
    {
        TryTake(key, out JsonElement element);
        return new ConfigSection(element, _prefix + key, _errors);
    }

    /// <summary>An array of objects, such as an ordered list of rules; empty where it is absent.</summary>
    public IReadOnlyList<ConfigSection> Sections(string key, int max)
    {
        string expected = string.Create(
            CultureInfo.InvariantCulture, $"an array of at most {max} objects");
        return [.. Items(key, 0, max, expected).Select(
            (item, index) => new ConfigSection(item, PathOf(key, index), _errors))];
    }

    /// <summary>The items of an array; none where it is absent or refused.</summary>
    public JsonElement[] Items(string key, int min, int max, string expected)
    {
        if (!TryTake(key, out JsonElement element))
            return [];
        if (element.ValueKind == JsonValueKind.Array
            && element.GetArrayLength() >= min && element.GetArrayLength() <= max)
        {
            return [.. element.EnumerateArray()];
        }

        Refuse(key, element, expected);
        return [];
    }

    /// <summary>Takes a member to be read by the caller.</summary>
    public bool TryTake(string key, out JsonElement element) => _members.Remove(key, out element);

    public string PathOf(string key) => _prefix + key;

    public string PathOf(string key, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{_prefix}{key}[{index}]");

    public bool Flag(string key, bool otherwise)
    {
        if (!TryTake(key, out JsonElement element))
            return otherwise;
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.GetBoolean();

        Refuse(key, element, "true or false");
        return otherwise;
    }

    public long Integer(string key, long otherwise, long min, long max)
    {
        if (!TryTake(key, out JsonElement element))
            return otherwise;
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number)
            && number >= min && number <= max)
        {
            return number;
        }

        Refuse(key, element, string.Create(
            CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
        return otherwise;
    }

    public long Millis(string key, long otherwise, long min, long max)
    {
        string range = $"from {Duration.Format(min)} to {Duration.Format(max)}";
        return Millis(key, otherwise, millis => millis >= min && millis <= max, range);
    }

    /// <summary>A span that may be 0, for off, or lie in a range.</summary>
    public long MillisOrOff(string key, long otherwise, long min, long max)
    {
        string range = $"0s (off) or from {Duration.Format(min)} to {Duration.Format(max)}";
        return Millis(key, otherwise, millis => millis == 0 || (millis >= min && millis <= max), range);
    }

    public string Text(string key, string otherwise, Func<string, bool> isValid, string expected)
    {
        if (!TryTake(key, out JsonElement element))
            return otherwise;
        if (TryGetText(element, out string text) && isValid(text))
            return text;

        Refuse(key, element, expected);
        return otherwise;
    }

    /// <summary>A string that must be there; empty where it was refused.</summary>
    public string RequiredText(string key, Func<string, bool> isValid, string expected)
    {
        if (!Has(key) && IsGiven)
            Refuse(key, "", expected);
        return Text(key, "", isValid, expected);
    }

    /// <summary>A condition that must be there; null where it was refused.</summary>
    public Condition? Condition(string key)
    {
        if (TryTake(key, out JsonElement element))
            return ConditionReader.Read(element, PathOf(key), _errors);
        if (IsGiven)
            Refuse(key, "", "a condition");
        return null;
    }

    /// <summary>A condition that may be absent or null.</summary>
    public Condition? OptionalCondition(string key) =>
        TryTake(key, out JsonElement element) && element.ValueKind != JsonValueKind.Null
            ? ConditionReader.Read(element, PathOf(key), _errors)
            : null;

    /// <summary>
    /// A set of event types, sorted: their order means nothing, so it must not change the hash.
    /// </summary>
    public IReadOnlyList<string> Types(string key, IReadOnlyList<string> otherwise) =>
        Strings(key, otherwise, TypesExpected, IsType);

    /// <summary>A set of strings, sorted.</summary>
    public IReadOnlyList<string> Strings(
        string key, IReadOnlyList<string> otherwise, string expected, Func<string, bool> isValid) =>
        Strings(key, otherwise, MaxTypes, expected, isValid);

    /// <summary>A set of at most <paramref name="max"/> strings, sorted.</summary>
    public IReadOnlyList<string> Strings(
        string key, IReadOnlyList<string> otherwise, int max, string expected, Func<string, bool> isValid)
    {
        if (!TryTake(key, out JsonElement element))
            return otherwise;

        var items = new SortedSet<string>(StringComparer.Ordinal);
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() <= max
            && element.EnumerateArray().All(
                item => TryGetText(item, out string text) && isValid(text) && items.Add(text)))
        {
            return [.. items];
        }

        Refuse(key, element, expected);
        return otherwise;
    }

    /// <summary>
    /// Notes an error of the section's own making, such as members that do not fit each other.
    /// </summary>
    public void Refuse(string key, string found, string expected) =>
        Note(new ConfigError(key.Length == 0 ? Path : _prefix + key, found, expected));

    /// <summary>
    /// Notes that a member, or without a key the section itself, is not what it should be.
    /// </summary>
    public void Refuse(string key, JsonElement element, string expected) =>
        Note(key.Length == 0 ? Path : _prefix + key, element, expected);

    /// <summary>The same at any path.</summary>
    public void RefuseAt(string path, JsonElement element, string expected) => Note(path, element, expected);

    /// <summary>Called last: whatever was not read is a mistake, most often a misspelt name.</summary>
    public void RefuseOthers(string expected)
    {
        foreach ((string key, JsonElement value) in _members)
            Refuse(key, value, expected);
    }

    /// <summary>The string, unless it is none or has a lone surrogate.</summary>
    public static bool TryGetText(JsonElement element, out string text)
    {
        text = "";
        if (element.ValueKind != JsonValueKind.String)
            return false;

        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsType(string type) =>
        type.Length > 0 && Encoding.UTF8.GetByteCount(type) <= MaxTypeBytes;

    private long Millis(string key, long otherwise, Func<long, bool> isValid, string range)
    {
        if (!TryTake(key, out JsonElement element))
            return otherwise;
        if (TryGetText(element, out string text) && Duration.TryParse(text, out long millis)
            && isValid(millis))
        {
            return millis;
        }

        Refuse(key, element, $"{Duration.Grammar}, {range}");
        return otherwise;
    }

    private void Note(string path, JsonElement element, string expected)
    {
        string found = element.GetRawText();
        if (found.Length > MaxFoundChars)
            found = found[..MaxFoundChars] + "…";
        Note(new ConfigError(path, found, expected));
    }

    private void Note(ConfigError error)
    {
        if (_errors.Count < MaxErrors)
            _errors.Add(error);
    }
}
