namespace Attribution.Reporter.Filters;

/// <summary>
/// Reads the language of <c>--where</c> and <c>--fail-if</c>. Owned by one parse.
/// </summary>
/// <remarks>
/// <code>
/// filter    = all { "or" all }
/// all       = one { "and" one }
/// one       = "not" one | "(" filter ")" | condition
/// condition = field ( = | != | &lt; | &lt;= | &gt; | &gt;= ) value
///           | field [ "not" ] "in" "(" value { "," value } ")"
///           | field [ "not" ] ( "like" | "contains" ) value
///           | field ( ~ | !~ ) value
///           | field "is" [ "not" ] ( "empty" | "null" )
/// </code>
/// A value is a word, or a text in single or double quotes, in which the quote is written twice.
/// </remarks>
internal sealed class FilterParser
{
    /// <summary>Deeper than anyone writes, and shallow enough for every stack.</summary>
    private const int MaxDepth = 64;

    /// <summary>Each becomes a parameter of the query.</summary>
    private const int MaxValues = 500;

    private readonly FilterText _source;
    private readonly List<FilterToken> _tokens;
    private int _at;
    private int _depth;
    private int _values;

    private FilterParser(FilterText source)
    {
        _source = source;
        _tokens = new FilterLexer(source).Read();
    }

    private FilterToken Now => _tokens[_at];

    /// <exception cref="UsageException">It is no filter; the message points at the place.</exception>
    public static FilterNode Parse(FilterText source)
    {
        var parser = new FilterParser(source);
        FilterNode node = parser.Filter();
        return parser.Now.Kind switch
        {
            FilterTokenKind.End => node,
            FilterTokenKind.Close => throw source.Error(
                parser.Now.At, "there is no '(' that this ')' could end."),
            _ => throw parser.Expected("'and', 'or' or the end"),
        };
    }

    private FilterNode Filter()
    {
        if (++_depth > MaxDepth)
            throw _source.Error(Now.At, $"more than {MaxDepth} levels of parentheses and 'not'.");
        List<FilterNode> parts = [AllOf()];
        while (Take("or"))
            parts.Add(AllOf());
        _depth--;
        return parts.Count == 1 ? parts[0] : new FilterNode.Any(parts);
    }

    private FilterNode AllOf()
    {
        List<FilterNode> parts = [One()];
        while (Take("and"))
            parts.Add(One());
        return parts.Count == 1 ? parts[0] : new FilterNode.All(parts);
    }

    private FilterNode One()
    {
        if (Take("not"))
        {
            if (++_depth > MaxDepth)
                throw _source.Error(Now.At, $"more than {MaxDepth} levels of parentheses and 'not'.");
            FilterNode part = One();
            _depth--;
            return new FilterNode.Not(part);
        }

        if (Now.Kind != FilterTokenKind.Open)
            return Condition();
        _at++;
        FilterNode inner = Filter();
        if (Now.Kind != FilterTokenKind.Close)
            throw Expected("')'");
        _at++;
        return inner;
    }

    private FilterNode Condition()
    {
        if (Now.Kind is not (FilterTokenKind.Word or FilterTokenKind.Quoted) || Now.Text.Length == 0)
            throw Expected("a field's name");
        var field = new FilterValue(Now.Text, Now.At);
        _at++;
        if (Now.Kind == FilterTokenKind.Operator)
            return Compared(field);
        if (Take("is"))
            return Emptiness(field);

        bool isNot = Take("not");
        FilterNode node;
        if (Take("in"))
            node = new FilterNode.Condition(field, FilterOperator.In, List());
        else if (Take("like"))
            node = new FilterNode.Condition(field, FilterOperator.Like, [Value()]);
        else if (Take("contains"))
            node = new FilterNode.Condition(field, FilterOperator.Contains, [Value()]);
        else
            throw Expected(isNot
                ? "in, like or contains"
                : $"how '{field.Text}' is compared (= != < <= > >= ~ in like contains is)");
        return isNot ? new FilterNode.Not(node) : node;
    }

    private FilterNode Compared(FilterValue field)
    {
        string text = Now.Text;
        _at++;
        FilterOperator comparison = text switch
        {
            "<" => FilterOperator.Less,
            "<=" => FilterOperator.LessOrEqual,
            ">" => FilterOperator.Greater,
            ">=" => FilterOperator.GreaterOrEqual,
            "~" or "!~" => FilterOperator.Matches,
            _ => FilterOperator.Equal,
        };
        var node = new FilterNode.Condition(field, comparison, [Value()]);
        return text is "!=" or "<>" or "!~" ? new FilterNode.Not(node) : node;
    }

    private FilterNode Emptiness(FilterValue field)
    {
        bool isNot = Take("not");
        if (!Take("empty") && !Take("null"))
            throw Expected("empty");
        var node = new FilterNode.Condition(field, FilterOperator.Empty, []);
        return isNot ? new FilterNode.Not(node) : node;
    }

    private List<FilterValue> List()
    {
        if (Now.Kind != FilterTokenKind.Open)
            throw Expected("'(' and values");
        _at++;
        List<FilterValue> values = [Value()];
        while (Now.Kind == FilterTokenKind.Comma)
        {
            _at++;
            values.Add(Value());
        }

        if (Now.Kind != FilterTokenKind.Close)
            throw Expected("',' or ')'");
        _at++;
        return values;
    }

    private FilterValue Value()
    {
        if (Now.Kind is not (FilterTokenKind.Word or FilterTokenKind.Quoted))
            throw Expected("a value");
        if (++_values > MaxValues)
            throw _source.Error(Now.At, $"more than {MaxValues} values.");
        var value = new FilterValue(Now.Text, Now.At);
        _at++;
        return value;
    }

    private bool Take(string keyword)
    {
        if (!Now.IsWord(keyword))
            return false;
        _at++;
        return true;
    }

    private UsageException Expected(string what)
    {
        string found = Now.Kind == FilterTokenKind.End ? "it ends" : $"'{Now.Text}' came";
        return _source.Error(Now.At, $"{what} was expected where {found}.");
    }
}
