using System.Globalization;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Filters;

/// <summary>Turns a filter into a condition of SQL with typed parameters. Owned by one query.</summary>
/// <param name="source">The filter as written.</param>
/// <param name="arguments">Takes the values.</param>
/// <param name="time">Reads a time as people write it, null where it is none.</param>
internal sealed class FilterSql(FilterText source, SqlArguments arguments, Func<string, DateTime?> time)
{
    /// <param name="node">The filter or a part of it.</param>
    /// <param name="field">The field of a name, with the SQL to reach it by.</param>
    public string Of(FilterNode node, Func<FilterValue, Field> field) => node switch
    {
        FilterNode.All all => $"({string.Join(" AND ", all.Parts.Select(part => Of(part, field)))})",
        FilterNode.Any any => $"({string.Join(" OR ", any.Parts.Select(part => Of(part, field)))})",
        FilterNode.Not not => $"NOT {Of(not.Part, field)}",
        FilterNode.Condition condition => Condition(condition, field(condition.Field)),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private string Condition(FilterNode.Condition condition, Field field)
    {
        string sql = condition.Operator switch
        {
            FilterOperator.Empty => field.IsNullable
                ? $"empty(ifNull(toString({field.Sql}), ''))"
                : $"empty(toString({field.Sql}))",
            FilterOperator.Like => $"like({AsText(field)}, {arguments.Text(condition.Values[0].Text)})",
            FilterOperator.Matches => $"match({AsText(field)}, {arguments.Text(condition.Values[0].Text)})",
            FilterOperator.Contains => "positionCaseInsensitiveUTF8("
                + $"{AsText(field)}, {arguments.Text(condition.Values[0].Text)}) > 0",
            FilterOperator.In or FilterOperator.Equal => OneOf(field, condition.Values),
            _ => Ordered(field, condition.Operator, condition.Values[0]),
        };
        return field.IsNullable && condition.Operator != FilterOperator.Empty
            ? $"ifNull({sql}, false)"
            : $"({sql})";
    }

    private static string AsText(Field field) =>
        field.Type is FieldType.Text or FieldType.Property ? field.Sql : $"toString({field.Sql})";

    private string OneOf(Field field, IReadOnlyList<FilterValue> values)
    {
        string[] places = [.. values.Select(value => Place(field, value))];
        // IN takes numbers of the same type only, and the server makes an IN of three comparisons by itself.
        string left = field.Type == FieldType.Number ? $"toDecimal128({field.Sql}, 10)" : field.Sql;
        string sql = places.Length == 1
            ? $"{left} = {places[0]}"
            : $"{left} IN ({string.Join(", ", places)})";
        decimal[] numbers = field.Type == FieldType.Property
            ? [.. values.Where(value => IsNumber(value.Text, out _)).Select(value => Number(value))]
            : [];
        if (numbers.Length == 0)
            return sql;
        string floats = string.Join(", ", numbers.Select(arguments.Float));
        return $"({sql} OR toFloat64OrNull({field.Sql}) IN ({floats}))";
    }

    private string Ordered(Field field, FilterOperator comparison, FilterValue value)
    {
        string sign = comparison switch
        {
            FilterOperator.Less => "<",
            FilterOperator.LessOrEqual => "<=",
            FilterOperator.Greater => ">",
            _ => ">=",
        };
        return field.Type == FieldType.Property && IsNumber(value.Text, out decimal number)
            ? $"toFloat64OrNull({field.Sql}) {sign} {arguments.Float(number)}"
            : $"{field.Sql} {sign} {Place(field, value)}";
    }

    private string Place(Field field, FilterValue value) => field.Type switch
    {
        FieldType.Number => arguments.Number(Number(value)),
        FieldType.Time => arguments.Time(
            time(value.Text)
            ?? throw source.Error(value.At, ReportTime.Complaint(
                value.Text, $"'{value.Text}' is no time; {field.Name} is one."))),
        FieldType.Date => arguments.Date(
            DateOnly.TryParseExact(
                value.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
                ? day
                : throw source.Error(
                    value.At, $"'{value.Text}' is no day; {field.Name} is one, as 2026-11-01.")),
        _ => arguments.Text(value.Text),
    };

    private decimal Number(FilterValue value)
    {
        const decimal Most = 1_000_000_000_000_000_000m;
        if (!IsNumber(value.Text, out decimal number))
            throw source.Error(value.At, $"'{value.Text}' is no number.");
        return Math.Abs(number) < Most
            ? number
            : throw source.Error(value.At, $"'{value.Text}' is too large: below 10^18 was expected.");
    }

    private static bool IsNumber(string text, out decimal number) => decimal.TryParse(
        text,
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
        CultureInfo.InvariantCulture,
        out number);
}
