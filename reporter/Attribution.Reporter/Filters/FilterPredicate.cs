using System.Globalization;
using System.Text.RegularExpressions;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Filters;

/// <summary>
/// A filter over the columns of a finished report, for <c>--fail-if</c>. Immutable.
/// </summary>
internal sealed class FilterPredicate
{
    private readonly FilterNode _node;

    private FilterPredicate(FilterNode node) => _node = node;

    /// <summary>The columns that it reads.</summary>
    public IEnumerable<string> Columns => _node.Fields.Select(each => each.Text);

    /// <exception cref="UsageException">It is no filter, or names a column that is not there.</exception>
    public static FilterPredicate Parse(FilterText source, IReadOnlyCollection<string> columns)
    {
        FilterNode node = FilterParser.Parse(source);
        foreach (FilterValue field in node.Fields.Where(field => !columns.Contains(field.Text)))
        {
            throw source.Error(
                field.At,
                $"the report has no column '{field.Text}'.{Nearest.Hint(field.Text, columns)} "
                + $"It has: {string.Join(", ", columns)}.");
        }

        return new FilterPredicate(node);
    }

    /// <param name="value">The value in a column.</param>
    public bool Holds(Func<string, object?> value) => Holds(_node, value);

    private static bool Holds(FilterNode node, Func<string, object?> value) => node switch
    {
        FilterNode.All all => all.Parts.All(part => Holds(part, value)),
        FilterNode.Any any => any.Parts.Any(part => Holds(part, value)),
        FilterNode.Not not => !Holds(not.Part, value),
        FilterNode.Condition condition => Holds(condition, value(condition.Field.Text)),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static bool Holds(FilterNode.Condition condition, object? value)
    {
        string text = CellText.Exact(value) ?? "";
        if (condition.Operator == FilterOperator.Empty || value is null)
            return condition.Operator == FilterOperator.Empty && text.Length == 0;
        string first = condition.Values[0].Text;
        return condition.Operator switch
        {
            FilterOperator.Contains => text.Contains(first, StringComparison.OrdinalIgnoreCase),
            FilterOperator.Matches => Matches(text, first),
            FilterOperator.Like => Matches(text, Pattern(first)),
            FilterOperator.Equal or FilterOperator.In =>
                condition.Values.Any(each => Order(value, text, each.Text) == 0),
            FilterOperator.Less => Order(value, text, first) < 0,
            FilterOperator.LessOrEqual => Order(value, text, first) <= 0,
            FilterOperator.Greater => Order(value, text, first) > 0,
            _ => Order(value, text, first) >= 0,
        };
    }

    /// <summary>By number where both are one, letter by letter otherwise.</summary>
    private static int Order(object value, string text, string other)
    {
        const NumberStyles Style = NumberStyles.Float;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        bool isText = value is string;
        return !isText && decimal.TryParse(text, Style, invariant, out decimal left)
            && decimal.TryParse(other, Style, invariant, out decimal right)
            ? left.CompareTo(right)
            : string.CompareOrdinal(text, other);
    }

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(
                text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--fail-if: '{pattern}' is no regular expression: {error.Message}");
        }
    }

    private static string Pattern(string like) =>
        @"\A(?s:" + Regex.Escape(like).Replace("%", ".*", StringComparison.Ordinal)
            .Replace("_", ".", StringComparison.Ordinal) + @")\z";
}
