using System.Globalization;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Fields;

/// <summary>
/// Values that go into a query as typed parameters, never as text of it. Owned by one query.
/// </summary>
/// <param name="parameters">Gets the values.</param>
/// <param name="prefix">Of their names, which the query's others must not have.</param>
internal sealed class SqlArguments(QueryParameters parameters, string prefix = "arg")
{
    private readonly Dictionary<(string Type, string Value), string> _places = [];

    public QueryParameters Parameters => parameters;

    public string Text(string value) => Place("String", value, name => parameters.Add(name, value));

    /// <summary>Up to 28 digits before the point and 10 behind it.</summary>
    public string Number(decimal value) => Place(
        "Decimal(38, 10)", value.ToString(CultureInfo.InvariantCulture), name => parameters.Add(name, value));

    public string Float(decimal value) => Place(
        "Float64",
        value.ToString(CultureInfo.InvariantCulture),
        name => parameters.Add(name, (double)value));

    public string Time(DateTime value) => Place(
        "DateTime64(3, 'UTC')",
        value.Ticks.ToString(CultureInfo.InvariantCulture),
        name => parameters.Add(name, value));

    public string Date(DateOnly value) => Place(
        "Date", value.DayNumber.ToString(CultureInfo.InvariantCulture), name => parameters.Add(name, value));

    private string Place(string type, string value, Action<string> add)
    {
        if (_places.TryGetValue((type, value), out string? place))
            return place;
        string name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{_places.Count}");
        add(name);
        return _places[(type, value)] = $"{{{name}:{type}}}";
    }
}
