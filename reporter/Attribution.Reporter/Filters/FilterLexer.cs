using System.Text;

namespace Attribution.Reporter.Filters;

/// <summary>Cuts a filter into its pieces. Owned by one parse.</summary>
internal sealed class FilterLexer(FilterText source)
{
    private const string Marks = "()',\"=!<>~";
    private static readonly string[] Operators = ["==", "!=", "<>", "<=", ">=", "!~", "=", "<", ">", "~"];
    private readonly string _text = source.Text;
    private int _at;

    /// <exception cref="UsageException">A quote does not end, or a mark means nothing.</exception>
    public List<FilterToken> Read()
    {
        if (_text.Length > FilterText.MaxChars)
            throw new UsageException(
                $"{source.Option}: {_text.Length} letters; at most {FilterText.MaxChars} are taken.");
        var tokens = new List<FilterToken>();
        do
            tokens.Add(Next());
        while (tokens[^1].Kind != FilterTokenKind.End);
        return tokens;
    }

    private FilterToken Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        if (_at == _text.Length)
            return new FilterToken(FilterTokenKind.End, "", _at);

        int start = _at;
        switch (_text[_at])
        {
            case '(':
                return Mark(FilterTokenKind.Open);
            case ')':
                return Mark(FilterTokenKind.Close);
            case ',':
                return Mark(FilterTokenKind.Comma);
            case '\'' or '"':
                return new FilterToken(FilterTokenKind.Quoted, Quoted(), start);
        }

        string? found = Operators.FirstOrDefault(
            each => string.CompareOrdinal(_text, start, each, 0, each.Length) == 0);
        if (found is not null)
        {
            _at += found.Length;
            return new FilterToken(FilterTokenKind.Operator, found, start);
        }

        if (Marks.Contains(_text[_at], StringComparison.Ordinal))
            throw source.Error(_at, $"'{_text[_at]}' alone means nothing; != is the opposite of =.");
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at])
               && !Marks.Contains(_text[_at], StringComparison.Ordinal))
            _at++;
        return new FilterToken(FilterTokenKind.Word, _text[start.._at], start);
    }

    private FilterToken Mark(FilterTokenKind kind)
    {
        _at++;
        return new FilterToken(kind, _text[(_at - 1).._at], _at - 1);
    }

    /// <summary>As in SQL: the quote itself is written twice.</summary>
    private string Quoted()
    {
        int start = _at;
        char quote = _text[_at++];
        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            char c = _text[_at++];
            if (c == quote && (_at == _text.Length || _text[_at] != quote))
                return text.ToString();
            if (c == quote)
                _at++;
            text.Append(c);
        }

        throw source.Error(start, $"the quote {quote} does not end.");
    }
}
