using System.Globalization;
using System.Text;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// The values of a query's <c>{name:Type}</c> places, its settings and its id. Owned by one caller until the
/// query is sent. Names and values that cannot be sent throw <see cref="QueryParameterException"/>.
/// </summary>
public sealed class QueryParameters
{
    /// <summary>What a server takes for one field of a form, by default, as it goes over the wire.</summary>
    public const int MaxValueBytes = 128 * 1024;

    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fffffff";
    private readonly List<KeyValuePair<string, string>> _values = [];
    private readonly List<KeyValuePair<string, string>> _settings = [];

    /// <summary>Names the query in the server's log; the server chooses one if it is null.</summary>
    public string? QueryId { get; set; }

    /// <summary>Names and values as they go over the wire.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    public IReadOnlyList<KeyValuePair<string, string>> Settings => _settings;

    public QueryParameters Add(string name, string value) =>
        AddText(name, Escape(value, ParameterText.Whole));

    public QueryParameters Add(string name, long value) => AddText(name, Text(value));

    public QueryParameters Add(string name, ulong value) => AddText(name, Text(value));

    public QueryParameters Add(string name, double value) => AddText(name, Text(value));

    public QueryParameters Add(string name, decimal value) => AddText(name, Text(value));

    public QueryParameters Add(string name, bool value) => AddText(name, value ? "true" : "false");

    public QueryParameters Add(string name, Guid value) => AddText(name, value.ToString("D"));

    public QueryParameters Add(string name, DateOnly value) =>
        AddText(name, value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>
    /// A time, sent as UTC; the place's type says how many decimals of the second are kept.
    /// </summary>
    public QueryParameters Add(string name, DateTime value) =>
        AddText(name, value.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture));

    public QueryParameters Add(string name, IEnumerable<string> values) =>
        AddText(name, $"[{string.Join(',', values.Select(value => Escape(value, ParameterText.Element)))}]");

    public QueryParameters Add(string name, IEnumerable<long> values) =>
        AddText(name, $"[{string.Join(',', values.Select(value => Text(value)))}]");

    public QueryParameters Add(string name, IEnumerable<ulong> values) =>
        AddText(name, $"[{string.Join(',', values.Select(value => Text(value)))}]");

    public QueryParameters AddNull(string name) => AddText(name, "\\N");

    /// <summary>Sets one of the server's settings for this query.</summary>
    public QueryParameters Set(string setting, string value)
    {
        _settings.Add(new(Checked(setting), value));
        return this;
    }

    private QueryParameters AddText(string name, string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxValueBytes)
            throw new QueryParameterException(
                $"a parameter's value takes at most {MaxValueBytes} bytes as it is sent, with escapes.");

        _values.Add(new("param_" + Checked(name), text));
        return this;
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Checked(string name)
    {
        bool valid = name.Length > 0 && !char.IsAsciiDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return valid ? name : throw new QueryParameterException($"\"{name}\" is not a name.");
    }

    /// <summary>
    /// ClickHouse reads a parameter as one field of TSV; an array's texts are quoted as well.
    /// </summary>
    private static string Escape(string value, ParameterText place)
    {
        var text = new StringBuilder(value.Length + 2);
        if (place == ParameterText.Element)
            text.Append('\'');
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\'' => text.Append("\\'"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\0' => text.Append("\\0"),
                _ => text.Append(c),
            };
        }

        if (place == ParameterText.Element)
            text.Append('\'');
        return text.ToString();
    }

    private enum ParameterText
    {
        Whole,
        Element,
    }
}
