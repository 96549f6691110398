using System.Globalization;
using System.Text;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// Reads a type's text by recursive descent: <c>type = [field] name [ "(" argument ("," argument)* ")" ]</c>,
/// where an argument is a type, a number or <c>'text' [= number]</c>. Owned by one call; depth and length are
/// bounded.
/// </summary>
internal sealed class TypeParser(string text)
{
    private const int MaxDepth = 32;
    private const int MaxLength = 1 << 20;
    private int _at;

    public ColumnType Parse()
    {
        if (text.Length > MaxLength)
            throw new NativeFormatException($"A type name of {text.Length} characters is too long.");

        ColumnType type = ParseType(0);
        SkipSpaces();
        return _at == text.Length ? type : throw Malformed();
    }

    private ColumnType ParseType(int depth)
    {
        if (depth > MaxDepth)
            throw new NativeFormatException("A type is nested too deeply.");

        SkipSpaces();
        string name = Next() == '`' ? Quoted('`') : Word();
        string? field = null;
        if (SkipSpaces() && (char.IsAsciiLetter(Next()) || Next() == '`'))
        {
            field = name;
            name = Word();
        }

        SkipSpaces();
        IReadOnlyList<ColumnType> arguments = Next() == '(' ? ParseArguments(depth) : [];
        return new ColumnType(name, arguments, field, 0);
    }

    private List<ColumnType> ParseArguments(int depth)
    {
        var arguments = new List<ColumnType>();
        do
        {
            _at++; // The opening parenthesis or a comma.
            SkipSpaces();
            arguments.Add(ParseArgument(depth));
            SkipSpaces();
        }
        while (Next() == ',');

        if (Next() != ')')
            throw Malformed();
        _at++;
        return arguments;
    }

    private ColumnType ParseArgument(int depth)
    {
        if (Next() == '\'')
        {
            string name = Quoted('\'');
            SkipSpaces();
            if (Next() != '=')
                return new ColumnType(name, [], null, 0);

            _at++;
            SkipSpaces();
            return new ColumnType(name, [], null, Integer());
        }

        if (char.IsAsciiDigit(Next()) || Next() == '-')
        {
            long number = Integer();
            return new ColumnType(number.ToString(CultureInfo.InvariantCulture), [], null, number);
        }

        return ParseType(depth + 1);
    }

    private string Word()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Next()) || Next() == '_')
            _at++;
        return _at > start ? text[start.._at] : throw Malformed();
    }

    private long Integer()
    {
        int start = _at;
        if (Next() == '-')
            _at++;
        while (char.IsAsciiDigit(Next()))
            _at++;
        return long.TryParse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Malformed();
    }

    private string Quoted(char quote)
    {
        var unquoted = new StringBuilder();
        for (_at++; Next() != quote; _at++)
        {
            if (Next() == '\\')
                _at++;
            if (_at >= text.Length)
                throw Malformed();
            unquoted.Append(text[_at]);
        }

        _at++;
        return unquoted.ToString();
    }

    private char Next() => _at < text.Length ? text[_at] : '\0';

    private bool SkipSpaces()
    {
        int start = _at;
        while (Next() == ' ')
            _at++;
        return _at > start;
    }

    private NativeFormatException Malformed() =>
        new($"Malformed type name at {_at}: {(text.Length > 200 ? text[..200] : text)}");
}
