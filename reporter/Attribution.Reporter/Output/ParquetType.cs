using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Attribution.Reporter.Output;

/// <summary>
/// The ClickHouse type that holds every value of a column, learnt from the values. Owned by one writer.
/// </summary>
/// <param name="kind">Decides where no value was seen.</param>
internal sealed class ParquetType(ColumnKind kind)
{
    private const int MaxScale = 20;

    // What each value alone asks for; a column of several is text, unless all are numbers.
    private readonly HashSet<string> _families = [];
    private ParquetType? _element;
    private int _scale;
    private bool _hasNull;

    public void See(object? value)
    {
        switch (value)
        {
            case null:
                _hasNull = true;
                break;
            case string:
                _families.Add("String");
                break;
            case IEnumerable items:
                _families.Add("Array");
                _element ??= new ParquetType(ColumnKind.Text);
                foreach (object? item in items)
                    _element.See(item);
                break;
            case decimal number:
                _families.Add("Decimal");
                _scale = Math.Max(_scale, number.Scale);
                break;
            default:
                _families.Add(Family(value));
                break;
        }
    }

    /// <summary>As the server spells it.</summary>
    public override string ToString()
    {
        string name = Name();
        return name.StartsWith("Array", StringComparison.Ordinal) || !(_hasNull || _families.Count == 0)
            ? name
            : $"Nullable({name})";
    }

    /// <summary>Texts exactly; numbers as such; times as the server reads them.</summary>
    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case DateTime time:
                json.WriteStringValue(
                    time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
                break;
            case string:
                json.WriteStringValue((string)value);
                break;
            case double or float when CellText.Exact(value) is { } text && !char.IsAsciiDigit(text[^1]):
                json.WriteStringValue(text == "NaN" ? "nan" : text[0] == '-' ? "-inf" : "inf");
                break;
            case IEnumerable items:
                json.WriteStartArray();
                foreach (object? item in items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            default:
                CellText.WriteJson(json, value);
                break;
        }
    }

    private static string Family(object value) => value switch
    {
        bool => "Bool",
        sbyte or short or int or long or byte or ushort or uint => "Int64",
        ulong => "UInt64",
        Int128 or UInt128 or BigInteger => "Int256",
        float or double => "Float64",
        DateTime => "DateTime64(6, 'UTC')",
        DateOnly => "Date32",
        _ => "String",
    };

    private string Name()
    {
        if (_families.Count == 0)
            return kind switch
            {
                ColumnKind.Count => "Int64",
                ColumnKind.Time => "DateTime64(6, 'UTC')",
                ColumnKind.Credit or ColumnKind.Money or ColumnKind.Share => "Decimal(38, 6)",
                _ => "String",
            };
        if (_families.Contains("Array"))
            return _families.Count == 1 ? $"Array({_element})" : "String";
        if (_families.Contains("Decimal") && _families.All(each => each is "Decimal" or "Int64" or "UInt64"))
            return $"Decimal(38, {Math.Min(_scale, MaxScale)})";
        if (_families.All(each => each is "Int64" or "UInt64" or "Int256") && _families.Count > 1)
            return "Int256";
        bool isNumber = _families.All(each => each is "Decimal" or "Int64" or "UInt64" or "Float64");
        return _families.Count == 1 ? _families.First() : isNumber ? "Float64" : "String";
    }
}
