using Attribution.ClickHouse.Http;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Fields;

/// <summary>
/// Fields and a filter over table <c>events</c> as SQL with parameters. Owned by one command.
/// </summary>
internal sealed class EventQuery
{
    private readonly SqlArguments _arguments;

    /// <param name="where">A filter; null is none.</param>
    /// <param name="parameters">Gets the values; project, range and zone are its maker's.</param>
    /// <param name="time">Reads a time as people write it.</param>
    /// <exception cref="UsageException">The filter makes no sense.</exception>
    public EventQuery(FilterText? where, QueryParameters parameters, Func<string, DateTime?> time)
    {
        _arguments = new SqlArguments(parameters);
        Condition = where is null
            ? ""
            : new FilterSql(where, _arguments, time).Of(FilterParser.Parse(where), name =>
                EventFields.Find(name.Text, _arguments) ?? throw where.Error(name.At, Unknown(name.Text)));
    }

    public QueryParameters Parameters => _arguments.Parameters;

    /// <summary>The filter as a condition; empty where there is none.</summary>
    public string Condition { get; }

    /// <param name="option">Who asks, for the error.</param>
    /// <param name="name">As people write it.</param>
    /// <exception cref="UsageException">There is no such field.</exception>
    public Field Field(string option, string name) =>
        EventFields.Find(name, _arguments) ?? throw new UsageException($"{option}: {Unknown(name)}");

    private static string Unknown(string name)
    {
        IEnumerable<string> names = EventFields.All.Select(each => each.Name);
        return Nearest.Hint(name, names) is { Length: > 0 } hint
            ? $"an event has no field '{name}'.{hint}"
            : $"an event has no field '{name}'. Fields: {string.Join(", ", names)}; "
                + $"{EventFields.PropertyPrefix}NAME.";
    }
}
