using System.Globalization;

namespace Attribution.Model.Fitting;

/// <summary>
/// Reads a file of paths as users of R's ChannelAttribution have them. Owned by one reading.
/// </summary>
/// <remarks>
/// The first line names the columns, in any order and case: <c>path</c>; <c>conversions</c> or
/// <c>total_conversions</c>; <c>value</c> or <c>total_conversion_value</c>; <c>nulls</c> or
/// <c>total_null</c>. Other columns are ignored. Fields are parted by a comma, else a semicolon, else a tab,
/// whichever the first line has, and may be quoted (RFC 4180). A path's channels are parted by <c>&gt;</c>,
/// the white space around them does not count; so no channel's name can hold a <c>&gt;</c>. An empty path is
/// one without any channel. Without a column of conversions each line is one conversion. An empty number is
/// 0; a number may be written as R does, 1e+05, with a point before its decimals; values are rounded to 4
/// places, half to even.
/// </remarks>
public sealed class PathsCsv
{
    private const long MaxCount = 1_000_000_000_000_000;
    private const string Candidates = ",;\t";
    private const NumberStyles Number = NumberStyles.Float;

    private static readonly string[] PathNames = ["path"];
    private static readonly string[] ConversionNames = ["conversions", "total_conversions"];
    private static readonly string[] ValueNames = ["value", "total_conversion_value"];
    private static readonly string[] NullNames = ["nulls", "total_null"];

    private readonly CsvRecords _records;
    private readonly ChannelPaths _paths = new();
    private readonly ushort[] _steps = new ushort[ChannelPaths.MaxSteps];
    private int _path;
    private int _conversions;
    private int _value;
    private int _nulls;
    private int _fields;

    private PathsCsv(TextReader text) => _records = new CsvRecords(text);

    /// <param name="text">Read to its end, one record at a time.</param>
    /// <exception cref="PathsCsvException">With the line, what stands there and what was
    /// expected.</exception>
    public static ChannelPaths Read(TextReader text)
    {
        var reader = new PathsCsv(text);
        reader.ReadHeader();
        while (reader._records.Read())
            reader.AddRecord();
        return reader._paths;
    }

    private void ReadHeader()
    {
        _records.Separator = _records.DetectSeparator(Candidates);
        if (!_records.Read())
            throw new PathsCsvException(1, "the file is empty; expected column names, path among them");

        _fields = _records.FieldCount;
        _path = Column(PathNames);
        _conversions = Column(ConversionNames);
        _value = Column(ValueNames);
        _nulls = Column(NullNames);
        if (_path < 0)
            throw Refused("no column path", "a first line such as path,conversions,value,nulls");
        if (_conversions < 0 && _nulls >= 0)
            throw Refused("nulls but no conversions", "a column conversions or total_conversions, too");
    }

    /// <returns>The column's index, or −1.</returns>
    private int Column(string[] names)
    {
        int found = -1;
        for (int field = 0; field < _fields; field++)
        {
            // A byte order mark may stand before the first name.
            string name = _records[field].Trim('\ufeff').Trim().ToString();
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            if (found >= 0)
                throw Refused($"two columns for {names[0]}", "one of " + string.Join(" or ", names));
            found = field;
        }

        return found;
    }

    private void AddRecord()
    {
        if (_records.FieldCount != _fields)
            throw Refused($"{_records.FieldCount} fields", $"{_fields}, as the first line has");

        long conversions = _conversions < 0 ? 1 : Count(_conversions, ConversionNames[0]);
        long nulls = _nulls < 0 ? 0 : Count(_nulls, NullNames[0]);
        decimal value = _value < 0 ? 0 : Value();
        int steps = ReadPath();
        ChannelPaths.Sums sums;
        try
        {
            sums = ChannelPaths.Checked(conversions, value, nulls);
        }
        catch (ArgumentException)
        {
            throw Refused(
                $"value {value.ToString(CultureInfo.InvariantCulture)} with {conversions} conversions",
                "a value of 0 where there is no conversion, and at most 14 digits before the point");
        }

        _paths.Add(_steps.AsSpan(0, steps), sums);
    }

    private int ReadPath()
    {
        ReadOnlySpan<char> path = _records[_path];
        if (path.IsWhiteSpace())
            return 0;

        int steps = 0;
        foreach (Range range in path.Split('>'))
        {
            ReadOnlySpan<char> channel = path[range].Trim();
            if (channel.IsEmpty)
                throw Refused($"an empty channel in '{Shortened(path)}'", "names with ' > ' between");
            if (steps == ChannelPaths.MaxSteps)
                throw Refused("a longer path", $"at most {ChannelPaths.MaxSteps} channels");
            _steps[steps++] = Intern(channel);
        }

        return steps;
    }

    private ushort Intern(ReadOnlySpan<char> channel)
    {
        try
        {
            return _paths.Intern(channel);
        }
        catch (ArgumentException)
        {
            throw Refused("one more channel", $"at most {ChannelPaths.MaxChannels} different channels");
        }
    }

    private long Count(int field, string name)
    {
        ReadOnlySpan<char> text = _records[field].Trim();
        if (text.IsEmpty)
            return 0;
        if (decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out decimal count)
            && count >= 0 && count <= MaxCount && decimal.IsInteger(count))
            return (long)count;
        throw Refused($"{name} '{Shortened(text)}'", "a whole number from 0 to 1000000000000000");
    }

    private decimal Value()
    {
        ReadOnlySpan<char> text = _records[_value].Trim();
        if (text.IsEmpty)
            return 0;
        if (decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out decimal value))
            return value;
        throw Refused($"value '{Shortened(text)}'", "a number such as 12.5, with a decimal point");
    }

    private static string Shortened(ReadOnlySpan<char> text) =>
        text.Length <= 80 ? text.ToString() : string.Concat(text[..80], "…");

    private PathsCsvException Refused(string found, string expected) =>
        new(_records.LineNumber, $"{found}; expected {expected}");
}
