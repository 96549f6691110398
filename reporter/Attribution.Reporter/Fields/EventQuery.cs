using Attribution.ClickHouse.Http;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Fields;

/// <summary>
/// Fields and a filter over table <c>events</c> as SQL with parameters. Owned by one command.
/// </summary>
internal sealed class EventQuery
{
    private readonly EventConditions _events;

    /// <param name="where">A filter; null is none.</param>
    /// <param name="parameters">Gets the values; project, range and zone are its maker's.</param>
    /// <param name="time">Reads a time as people write it.</param>
    /// <exception cref="UsageException">The filter makes no sense.</exception>
    public EventQuery(FilterText? where, QueryParameters parameters, Func<string, DateTime?> time)
    {
        Parameters = parameters;
        _events = new EventConditions(parameters, time);
        Condition = where is null ? "" : _events.Of(where);
    }

    public QueryParameters Parameters { get; }

    /// <summary>The filter as a condition; empty where there is none.</summary>
    public string Condition { get; }

    /// <inheritdoc cref="EventConditions.Field"/>
    public Field Field(string option, string name) => _events.Field(option, name);
}
