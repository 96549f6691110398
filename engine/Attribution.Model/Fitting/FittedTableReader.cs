using System.Globalization;
using System.Text;
using System.Text.Json;
using Attribution.Model.Configs;

namespace Attribution.Model.Fitting;

/// <summary>Reads and checks the document of a fitted table. Lives while one document is read.</summary>
internal sealed class FittedTableReader
{
    public const string WeightsKey = "weights";
    public const string PositionsKey = "positions";
    private const int MaxTransforms = 16;
    private const int MaxNameBytes = 1_024;
    private const int MaxFoundChars = 80;
    private const string WeightExpected = "a whole number from 0 to 1000000000";
    private const string PositionsExpected = "an array of 1 to 20 whole numbers from 0 to 1000000000";
    private const string NameExpected = "a channel's name of 1 to 1024 bytes of valid Unicode";

    /// <summary>Channels of such a fit carry counts, which a touch does not have.</summary>
    public static readonly ConfigError FrequencyError =
        new("transforms", "\"frequency\"", "a fit without frequency: a table's channels carry no counts");

    private readonly List<ConfigError> _errors = [];
    private readonly Dictionary<string, JsonElement> _members = [];

    private FittedTableReader()
    {
    }

    public static FittedTable Read(ReadOnlySpan<byte> json)
    {
        var reader = new FittedTableReader();
        FittedTable? table = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
            table = reader.ReadRoot(document.RootElement);
        }
        catch (JsonException exception)
        {
            reader.Refuse("$", exception.Message, "one JSON object (RFC 8259), no key twice");
        }
        catch (InvalidOperationException exception)
        {
            // What JsonElement throws on a string that no Unicode text has: a lone surrogate.
            reader.Refuse("$", exception.Message, "strings of valid Unicode");
        }

        return table ?? throw new FittedTableException(reader._errors);
    }

    /// <summary>What holds for weights of any origin.</summary>
    /// <exception cref="FittedTableException">With everything that is wrong.</exception>
    public static void Check(FittedKind kind, SortedDictionary<string, long[]> weights)
    {
        var reader = new FittedTableReader();
        reader.CheckWeights(kind, weights);
        if (reader._errors.Count > 0)
            throw new FittedTableException(reader._errors);
    }

    /// <returns>Null where anything is wrong; the errors say what.</returns>
    private FittedTable? ReadRoot(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse("$", root, "an object");
            return null;
        }

        foreach (JsonProperty member in root.EnumerateObject())
            _members.Add(member.Name, member.Value);
        Integer("version", 1, 1);
        if (!TakeKind(out FittedKind kind))
            return null;

        int order = kind == FittedKind.Markov ? (int)Integer("order", 1, MarkovChain.MaxOrder) : 0;
        PathTransform[] transforms = TakeTransforms();
        string key = kind == FittedKind.ShapleyOrdered ? PositionsKey : WeightsKey;
        SortedDictionary<string, long[]> weights = TakeWeights(key, kind == FittedKind.ShapleyOrdered);
        foreach ((string other, JsonElement value) in _members)
        {
            Refuse(other, value, kind == FittedKind.Markov
                ? "version, kind, order, transforms or weights"
                : $"version, kind, transforms or {key}");
        }

        if (_errors.Count == 0)
            CheckWeights(kind, weights);
        return _errors.Count == 0 ? new FittedTable(kind, order, transforms, weights) : null;
    }

    private void CheckWeights(FittedKind kind, SortedDictionary<string, long[]> weights)
    {
        string key = kind == FittedKind.ShapleyOrdered ? PositionsKey : WeightsKey;
        if (weights.Count > FittedTable.MaxChannels)
            Refuse(key, Number(weights.Count) + " channels", $"at most {FittedTable.MaxChannels} channels");
        foreach (string channel in weights.Keys)
        {
            int bytes = Encoding.UTF8.GetByteCount(channel);
            if (bytes is 0 or > MaxNameBytes || !IsUnicode(channel))
                Refuse(key, $"\"{channel}\"", NameExpected);
        }

        if (!weights.Values.Any(ofChannel => ofChannel.Any(weight => weight > 0)))
            Refuse(key, weights.Count == 0 ? "no channel" : "only weights of 0", "a weight above 0");
    }

    private long Integer(string key, long min, long max)
    {
        string expected = min == max
            ? Number(min)
            : string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}");
        if (!_members.Remove(key, out JsonElement element))
            Refuse(key, "", expected);
        else if (!IsInteger(element, min, max, out long number))
            Refuse(key, element, expected);
        else
            return number;
        return min;
    }

    private bool TakeKind(out FittedKind kind)
    {
        kind = default;
        string expected = "one of " + string.Join(", ", FittedKinds.AllNames);
        if (!_members.Remove("kind", out JsonElement element))
            Refuse("kind", "", expected);
        else if (element.ValueKind != JsonValueKind.String
            || !FittedKinds.TryParse(element.GetString(), out kind))
            Refuse("kind", element, expected);
        else
            return true;
        return false;
    }

    private PathTransform[] TakeTransforms()
    {
        string expected = "an array of at most 16 of " + string.Join(", ", PathTransforms.AllNames);
        if (!_members.Remove("transforms", out JsonElement element))
        {
            Refuse("transforms", "", expected);
            return [];
        }

        var transforms = new List<PathTransform>();
        bool isArray = element.ValueKind == JsonValueKind.Array && element.GetArrayLength() <= MaxTransforms;
        if (isArray && element.EnumerateArray().All(item => TryTransform(item, transforms)))
        {
            if (transforms.Contains(PathTransform.Frequency))
                _errors.Add(FrequencyError);
            return [.. transforms];
        }

        Refuse("transforms", element, expected);
        return [];
    }

    private static bool TryTransform(JsonElement item, List<PathTransform> transforms)
    {
        if (item.ValueKind != JsonValueKind.String
            || !PathTransforms.TryParse(item.GetString(), out PathTransform transform))
            return false;
        transforms.Add(transform);
        return true;
    }

    private SortedDictionary<string, long[]> TakeWeights(string key, bool isByPosition)
    {
        var weights = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        if (!_members.Remove(key, out JsonElement element) || element.ValueKind != JsonValueKind.Object)
        {
            Refuse(key, element.ValueKind == JsonValueKind.Undefined ? "" : Shortened(element),
                "an object of channels and their weights");
            return weights;
        }

        string expected = isByPosition ? PositionsExpected : WeightExpected;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (TryWeights(member.Value, isByPosition, out long[] ofChannel))
                weights.Add(member.Name, ofChannel);
            else
                Refuse($"{key}.{member.Name}", member.Value, expected);
        }

        return weights;
    }

    private static bool TryWeights(JsonElement element, bool isByPosition, out long[] weights)
    {
        weights = [];
        if (isByPosition && (element.ValueKind != JsonValueKind.Array
            || element.GetArrayLength() is 0 or > ShapleyFit.MaxPositions))
            return false;

        JsonElement[] items = isByPosition ? [.. element.EnumerateArray()] : [element];
        weights = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (!IsInteger(items[i], 0, FittedTable.WeightOfOne, out weights[i]))
                return false;
        }

        return true;
    }

    private static bool IsInteger(JsonElement element, long min, long max, out long number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number)
            && number >= min && number <= max;
    }

    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bool isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (isPair)
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }

    private void Refuse(string path, JsonElement element, string expected) =>
        Refuse(path, Shortened(element), expected);

    private void Refuse(string path, string found, string expected) =>
        _errors.Add(new ConfigError(path, found, expected));

    private static string Shortened(JsonElement element)
    {
        string found = element.GetRawText();
        return found.Length > MaxFoundChars ? found[..MaxFoundChars] + "…" : found;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
