using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attribution.Model.Configs;

/// <summary>
/// Writes a document in the one form of RFC 8785: no white space, keys in UTF-16 order, the fewest escapes.
/// Stateless. Numbers must be whole and within 2^53, or of at most 15 digits, 6 of them behind the point:
/// where that form is their plain decimal digits.
/// </summary>
internal static class CanonicalJson
{
    private const long MaxExactInteger = 1L << 53;
    private const int MaxExactDigits = 15;

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
            text.Append(node?.ToJsonString() ?? "null");
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
        if (long.TryParse(number, NumberStyles.AllowLeadingSign, invariant, out long whole)
            && whole is >= -MaxExactInteger and <= MaxExactInteger)
        {
            text.Append(whole.ToString(invariant));
            return;
        }

        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        bool isDecimal = decimal.TryParse(number, Plain, invariant, out decimal value);
        string digits = value.ToString("0.######", invariant);
        if (!isDecimal || decimal.Parse(digits, invariant) != value
            || digits.Count(char.IsAsciiDigit) > MaxExactDigits)
        {
            throw new NotSupportedException($"{number} has no exact form.");
        }

        text.Append(digits);
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
