using Attribution.ClickHouse.Http;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Sums;

namespace Attribution.Reporter.Fields;

/// <summary>
/// The question "who earned what" over any fields and under a filter, as SQL with parameters. Owned by one
/// command; built once.
/// </summary>
internal sealed class CreditQuery
{
    private readonly IReadOnlyList<CreditField> _keys;
    private readonly SqlArguments _arguments;
    private readonly FilterSql? _filterSql;
    private readonly FilterText? _filterText;
    private readonly List<FilterNode> _ofConversion = [];
    private readonly List<FilterNode> _ofCredit = [];

    // What each looked-up event must give, by the SQL over it.
    private readonly Dictionary<CreditPlace, List<string>> _looked = [];

    // What the inner query must give.
    private readonly SortedSet<string> _columns = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _arrays = new(StringComparer.Ordinal);

    /// <param name="keys">Names of fields, in order.</param>
    /// <param name="where">A filter; null is none.</param>
    /// <param name="parameters">Gets the values; project, range, config, model, zone are its maker's.</param>
    /// <param name="time">Reads a time as people write it.</param>
    /// <exception cref="UsageException">A field does not exist, or the filter makes no sense.</exception>
    public CreditQuery(
        IReadOnlyList<string> keys, FilterText? where, QueryParameters parameters,
        Func<string, DateTime?> time)
    {
        _arguments = new SqlArguments(parameters);
        _filterText = where;
        _keys = [.. keys.Select(Key)];
        if (where is null)
            return;
        _filterSql = new FilterSql(where, _arguments, time);
        FilterNode node = FilterParser.Parse(where);
        foreach (FilterNode part in node is FilterNode.All all ? all.Parts : [node])
        {
            bool isOfConversion = part.Fields.All(field => Find(field).Place == CreditPlace.Conversion);
            (isOfConversion ? _ofConversion : _ofCredit).Add(part);
        }
    }

    public QueryParameters Parameters => _arguments.Parameters;

    /// <summary>Where something else answers for a part of the range: the stretches that are left.</summary>
    public IReadOnlyList<(DateTime From, DateTime To)> Rest { get; set; } = [];

    /// <summary>Columns key_0, key_1, ... as text, then model, currency, is_total and the sums.</summary>
    public string Build()
    {
        Field[] reached = [.. _keys.Select(Reached)];
        string filter = Filter(_ofCredit, name => Reached(Find(name)), "WHERE");
        string conversionFilter = Filter(
            _ofConversion, name => Find(name).Field, "AND");
        string joins = Joins();
        if (!IsCountedByTouch)
            _columns.UnionWith(["conversion_time", "conversion_id"]);
        string[] groups = [.. _keys.Select((_, at) => $"key_{at}")];
        string arrays = string.Concat(
            _arrays.Select(array => $"{array.Value} AS {array.Key},\n            "));
        string grouping = groups.Length == 0
            ? "model, currency"
            : $"GROUPING SETS (({string.Join(", ", groups)}, model, currency), (model, currency))";
        return SqlFile.Load(
            "credits",
            ("keys", string.Concat(reached.Select(
                (field, at) => $"{LineText(field, at)} AS key_{at},\n    "))),
            ("raw_keys", string.Concat(reached.Select(
                (field, at) => $"{field.TextSql ?? field.Sql} AS raw_{at},\n        "))),
            ("lines", string.Concat(groups.Select((_, at) => $"raw_{at}, ")) + "model, currency"),
            ("is_total", groups.Length == 0 ? "1" : "grouping(key_0)"),
            ("conversions", Conversions(groups.Length > 0)),
            ("line_conversions", LineConversions),
            ("columns", string.Concat(_columns.Select(column => $"{column},\n            "))),
            ("arrays", arrays),
            ("credits", IsByTouch ? "credits" : Whole("credits")),
            ("values", IsByTouch ? "credit_values" : Whole("credit_values")),
            ("touch_number", TouchNumber()),
            ("rest", StoredDays.RestSql(Rest, "conversion_time", _arguments)),
            ("conversion_filter", conversionFilter),
            ("joins", joins),
            ("filter", filter),
            ("groups", grouping));
    }

    /// <summary>A text of its own is made before lines are summed up, any other of a line's value.</summary>
    private static string LineText(Field field, int at) =>
        field.TextSql is null ? (field with { Sql = $"raw_{at}" }).Text : $"raw_{at}";

    private CreditField Key(string name) => CreditFields.Find(name, _arguments)
        ?? throw new UsageException($"--by: {CreditFields.Unknown(name)}");

    private CreditField Find(FilterValue name) => CreditFields.Find(name.Text, _arguments)
        ?? throw _filterText!.Error(name.At, CreditFields.Unknown(name.Text));

    private string Filter(List<FilterNode> parts, Func<FilterValue, Field> field, string lead) =>
        parts.Count == 0
            ? ""
            : $"{lead} {string.Join("\n  AND ", parts.Select(part => _filterSql!.Of(part, field)))}";

    /// <summary>The field with the SQL that reaches it outside of the inner query.</summary>
    private Field Reached(CreditField found)
    {
        Field field = found.Field;
        if (found.Place is CreditPlace.Touch)
        {
            AddArray(field.Sql);
            return field;
        }

        if (found.Place is CreditPlace.Conversion)
        {
            return field with
            {
                Sql = Column(field.Sql),
                TextSql = field.TextSql is { } text ? Column(text) : null,
            };
        }

        if (!_looked.TryGetValue(found.Place, out List<string>? looked))
            _looked[found.Place] = looked = [];
        string table = found.Place == CreditPlace.TouchEvent ? "touch_event" : "conversion_event";
        return field with
        {
            Sql = Looked(field.Sql, looked, table),
            TextSql = field.TextSql is { } looks ? Looked(looks, looked, table) : null,
        };
    }

    private static string Looked(string sql, List<string> looked, string table)
    {
        if (!looked.Contains(sql))
            looked.Add(sql);
        return $"{table}.field_{looked.IndexOf(sql)}";
    }

    /// <summary>An expression over the conversion's row gets a name of its own.</summary>
    private string Column(string sql)
    {
        if (sql is "currency")
            return sql;
        bool isPlain = sql.All(c => char.IsAsciiLetter(c) || c == '_');
        string name = isPlain ? sql : $"conversion_{_columns.Count}";
        string? known = isPlain ? null : _columns.FirstOrDefault(
            each => each.StartsWith($"{sql} AS ", StringComparison.Ordinal));
        if (known is not null)
            return known[(sql.Length + " AS ".Length)..];
        _columns.Add(isPlain ? sql : $"{sql} AS {name}");
        return name;
    }

    private void AddArray(string element)
    {
        _arrays[element] = element switch
        {
            "touch" => "touches",
            _ => $"{element}s",
        };
        _columns.Add(element);
    }

    private string Joins()
    {
        var joins = new List<string>();
        foreach ((CreditPlace place, List<string> fields) in _looked.OrderBy(each => each.Key))
        {
            bool isTouch = place == CreditPlace.TouchEvent;
            if (isTouch)
            {
                AddArray("touch");
                AddArray("touch_time");
            }
            else
            {
                _columns.UnionWith(["conversion_time", "conversion_id"]);
            }

            joins.Add(SqlFile.Load(
                isTouch ? "credits_touch_event" : "credits_conversion_event",
                ("fields", string.Concat(fields.Select((sql, at) => $"{sql} AS field_{at},\n        "))))
                .TrimEnd());
        }

        return string.Join('\n', joins);
    }

    private bool IsCountedByTouch =>
        _ofCredit.Count == 0 && _keys.All(key => key.Place != CreditPlace.TouchEvent);

    /// <summary>
    /// By the first touch of each conversion where no touch is filtered out and lines go by what its row
    /// says: that needs no memory per conversion.
    /// </summary>
    private string Conversions(bool hasKeys)
    {
        if (!IsCountedByTouch)
            return "uniqExactMerge(in_line)";
        return hasKeys ? "if(grouping(key_0) = 1, sum(in_all), sum(in_line))" : "sum(in_all)";
    }

    private string LineConversions => IsCountedByTouch
        ? "countIf(touch_number = 1) AS in_line,\n        countIf(touch_index = 1) AS in_all"
        : "uniqExactState(conversion_time, conversion_id) AS in_line";

    private bool IsByTouch => _arrays.Count > 0;

    /// <summary>A conversion's parts as one; one that has none stays without.</summary>
    private static string Whole(string parts) => $"if(empty({parts}), [], [arraySum({parts})])";

    private string TouchNumber()
    {
        string[] arrays = [.. _keys
            .Where(key => key.Place == CreditPlace.Touch)
            .Select(key => _arrays[key.Field.Sql]).Distinct()];
        return arrays.Length == 0
            ? $"arrayEnumerate({(IsByTouch ? "credits" : Whole("credits"))})"
            : $"arrayEnumerateUniq({string.Join(", ", arrays)})";
    }
}
