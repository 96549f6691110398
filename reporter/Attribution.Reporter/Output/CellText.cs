using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Output;

/// <summary>
/// Values as text: exact for programs, rounded and safe to print for people. Stateless.
/// </summary>
internal static class CellText
{
    private static readonly JsonWriterOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The value as it is; arrays as JSON. Null stays null.</summary>
    public static string? Exact(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTime time => Iso(time),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IEnumerable items => JsonArray(items),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>The value as a table shows it; times as clocks of the zone do.</summary>
    public static string Shown(object? value, ColumnKind kind, ReportZone zone)
    {
        if (value is null)
            return "";
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return (kind, value) switch
        {
            (ColumnKind.Count, IFormattable count) => count.ToString("#,##0", invariant),
            (ColumnKind.Credit or ColumnKind.Money, IFormattable amount) =>
                amount.ToString("#,##0.00", invariant),
            (ColumnKind.Sparkline, IEnumerable points and not string) => Sparkline.Of(points),
            (ColumnKind.Change, IFormattable change) =>
                change.ToString("+#,##0.0%;-#,##0.0%;0.0%", invariant),
            (ColumnKind.Share, IFormattable share) => share.ToString("0.0%", invariant),
            (ColumnKind.Time, DateTime time) => zone.ToLocal(time).ToString("yyyy-MM-dd HH:mm:ss", invariant),
            (_, DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", invariant),
            _ => Plain(Exact(value)!),
        };
    }

    /// <summary>
    /// The text with everything made visible that could move a terminal's cursor or turn its writing round.
    /// </summary>
    public static string Plain(string text)
    {
        int at = 0;
        while (at < text.Length && !IsUnsafe(text[at]))
            at++;
        if (at == text.Length)
            return text;

        var plain = new StringBuilder(text, 0, at, text.Length + 16);
        foreach (char c in text.AsSpan(at))
        {
            if (c == '\n')
                plain.Append("\\n");
            else if (c == '\t')
                plain.Append("\\t");
            else if (IsUnsafe(c))
                plain.Append(Escaped(c));
            else
                plain.Append(c);
        }

        return plain.ToString();
    }

    /// <summary>The same line by line.</summary>
    public static string PlainLines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => Plain(line.TrimEnd('\r'))));

    /// <summary>
    /// The same as JSON escapes it, \uXXXX, but for line feeds and tabs, which stay: a JSON document means
    /// what it meant.
    /// </summary>
    public static string Escaped(string text)
    {
        if (!text.Any(IsEscaped))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (IsEscaped(c))
                escaped.Append(Escaped(c));
            else
                escaped.Append(c);
        }

        return escaped.ToString();
    }

    public static string Iso(DateTime time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture)
        + (time.Ticks % TimeSpan.TicksPerMillisecond is var finer and > 0
            ? finer.ToString("0000", CultureInfo.InvariantCulture).TrimEnd('0')
            : "")
        + "Z";

    /// <summary>Writes the value as JSON; numbers that JSON has no form for become null.</summary>
    public static void WriteJson(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
            case double.NaN or double.PositiveInfinity or double.NegativeInfinity:
            case float.NaN or float.PositiveInfinity or float.NegativeInfinity:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case IEnumerable items:
                json.WriteStartArray();
                foreach (object? item in items)
                    WriteJson(json, item);
                json.WriteEndArray();
                break;
            default:
                WriteScalar(json, value);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, object value)
    {
        string text = Exact(value) ?? "";
        bool isNumber = value is sbyte or byte or short or ushort or int or uint or long or ulong or float
            or double or decimal or Int128 or UInt128 or System.Numerics.BigInteger;
        if (isNumber)
            json.WriteRawValue(text);
        else
            json.WriteStringValue(text);
    }

    private static string JsonArray(IEnumerable items)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json))
            WriteJson(json, items);
        return Escaped(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static string Escaped(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    private static bool IsEscaped(char c) => c is not ('\n' or '\t') && IsUnsafe(c);

    /// <summary>Whether a terminal takes it for a command, or for a change of direction.</summary>
    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069'
            or '\u200e' or '\u200f' or '\u061c' or '\u2028' or '\u2029' or '\ufeff';
}
