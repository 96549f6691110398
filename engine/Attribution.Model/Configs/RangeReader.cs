using System.Globalization;
using System.Text;
using System.Text.Json;
using Attribution.Model.Conditions;
using Attribution.Model.Conditions.Fields;
using Attribution.Model.Conditions.Operators;
using Attribution.Model.Text;

namespace Attribution.Model.Configs;

/// <summary>
/// Compiles a condition's range, of numbers or of times. Lives while that is read; not thread-safe.
/// </summary>
internal sealed class RangeReader(string path, JsonElement operand, ConfigSection node)
{
    private const string Expected = "an object with from, to or both, from not above to";
    private const string NumberExpected =
        "a number between -1e15 and 1e15 of at most 15 digits, 6 of them behind the point";
    private const string TimeExpected = "an RFC 3339 time of at most 3 decimals, as 2026-11-01T00:00:00Z";

    /// <summary>
    /// Bounds that a double holds exactly enough to be written as they were read, as RFC 8785 asks.
    /// </summary>
    private const decimal MaxBound = 1e15m;
    private const int MaxDigits = 15;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'",
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFzzz",
    ];

    /// <summary>Null where it was refused.</summary>
    public Condition? Read(ConditionField field)
    {
        if (operand.ValueKind != JsonValueKind.Object
            || !(operand.TryGetProperty("from", out _) || operand.TryGetProperty("to", out _)))
        {
            return Refuse(path, operand, Expected);
        }

        return field is TimeField ? ReadTimes() : ReadNumbers(field);
    }

    private Condition? ReadTimes()
    {
        bool isRead = TryRead("from", TimeExpected, TryParseTime, out long? from)
            & TryRead("to", TimeExpected, TryParseTime, out long? to) & HasNoOthers();
        if (!isRead)
            return null;
        return from > to ? Refuse(path, operand, Expected) : new TimeCondition(from, to);
    }

    private Condition? ReadNumbers(ConditionField field)
    {
        bool isRead = TryRead("from", NumberExpected, TryParseNumber, out decimal? from)
            & TryRead("to", NumberExpected, TryParseNumber, out decimal? to) & HasNoOthers();
        if (!isRead)
            return null;
        if (from > to)
            return Refuse(path, operand, Expected);
        return field is TextField text
            ? new TextCondition(text, new RangeTest(from, to))
            : new RevenueCondition(from, to);
    }

    private bool TryRead<T>(string key, string expected, Func<JsonElement, T?> parse, out T? bound)
        where T : struct
    {
        bound = null;
        if (!operand.TryGetProperty(key, out JsonElement element))
            return true;

        bound = parse(element);
        if (bound is null)
            Refuse(path + "." + key, element, expected);
        return bound is not null;
    }

    private bool HasNoOthers()
    {
        JsonProperty other = operand.EnumerateObject().FirstOrDefault(
            member => member.Name is not ("from" or "to"));
        if (other.Value.ValueKind != JsonValueKind.Undefined)
            Refuse(path + "." + other.Name, other.Value, Expected);
        return other.Value.ValueKind == JsonValueKind.Undefined;
    }

    private Condition? Refuse(string errorPath, JsonElement element, string expected)
    {
        node.RefuseAt(errorPath, element, expected);
        return null;
    }

    private static long? TryParseTime(JsonElement element) =>
        ConfigSection.TryGetText(element, out string text)
        && DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time.ToUnixTimeMilliseconds()
            : null;

    private static decimal? TryParseNumber(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Number)
            return null;

        string text = element.GetRawText();
        bool isRead = decimal.TryParse(
            text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number);
        if (!isRead || Math.Abs(number) >= MaxBound)
            return null;

        // What the decimal type cuts off, the comparison of the texts finds.
        string plain = number.ToString("0.######", CultureInfo.InvariantCulture);
        bool isExact = DecimalText.TryCompare(
            Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(plain), out int order) && order == 0;
        return isExact && DigitCount(plain) <= MaxDigits
            ? decimal.Parse(plain, CultureInfo.InvariantCulture)
            : null;
    }

    private static int DigitCount(string plain) => plain.Count(char.IsAsciiDigit);
}
