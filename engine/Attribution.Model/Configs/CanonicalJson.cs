using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attribution.Model.Configs;

/// <summary>
/// Writes a document in the one form of RFC 8785: no white space, keys in UTF-16 order, the fewest escapes.
/// Stateless. Numbers must be whole and within 2^53, where that form is their plain decimal digits.
/// </summary>
internal static class CanonicalJson
{
    private const long MaxExactInteger = 1L << 53;

    public static byte[] Write(JsonNode document)
    {
        var text = new StringBuilder();
        Append(text, document);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        if (node is JsonObject members)
            AppendObject(text, members);
        else if (node is JsonArray items)
            AppendArray(text, items);
        else if (node?.GetValueKind() == JsonValueKind.String)
            AppendString(text, node.GetValue<string>());
        else if (node?.GetValueKind() == JsonValueKind.Number)
            AppendNumber(text, node.ToJsonString());
        else
            throw new NotSupportedException("Only objects, arrays, strings and whole numbers.");
    }

    private static void AppendObject(StringBuilder text, JsonObject members)
    {
        string separator = "{";
        foreach ((string key, JsonNode? value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            text.Append(separator);
            AppendString(text, key);
            text.Append(':');
            Append(text, value);
            separator = ",";
        }

        text.Append(members.Count == 0 ? "{}" : "}");
    }

    private static void AppendArray(StringBuilder text, JsonArray items)
    {
        string separator = "[";
        foreach (JsonNode? item in items)
        {
            text.Append(separator);
            Append(text, item);
            separator = ",";
        }

        text.Append(items.Count == 0 ? "[]" : "]");
    }

    private static void AppendNumber(StringBuilder text, string number)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, invariant, out long whole)
            || whole is < -MaxExactInteger or > MaxExactInteger)
        {
            throw new NotSupportedException($"{number} is no whole number within 2^53.");
        }

        text.Append(whole.ToString(invariant));
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u00").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
