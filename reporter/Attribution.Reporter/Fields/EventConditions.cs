using Attribution.ClickHouse.Http;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Fields;

/// <summary>
/// Several filters and fields over table <c>events</c> as SQL of one query. Owned by one query.
/// </summary>
/// <param name="parameters">Gets the values; project, range and zone are its maker's.</param>
/// <param name="time">Reads a time as people write it.</param>
internal sealed class EventConditions(QueryParameters parameters, Func<string, DateTime?> time)
{
    private readonly SqlArguments _arguments = new(parameters);

    /// <summary>The filter as a condition, which always holds where there is none.</summary>
    /// <exception cref="UsageException">The filter makes no sense.</exception>
    public string Of(FilterText? where) => where is null
        ? "true"
        : new FilterSql(where, _arguments, time).Of(
            FilterParser.Parse(where),
            name => EventFields.Find(name.Text, _arguments)
                ?? throw where.Error(name.At, EventFields.Unknown(name.Text)));

    /// <summary>What a person writes who names events: a type, or a filter.</summary>
    /// <param name="option">Under which option or argument, for errors.</param>
    /// <param name="text">One word is a type.</param>
    public string OfStep(string option, string text) =>
        IsType(text) ? OfTypes([text]) : Of(new FilterText(option, text));

    public string OfTypes(IEnumerable<string> types)
    {
        string[] places = [.. types.Select(_arguments.Text)];
        return places.Length == 0 ? "false" : $"type IN ({string.Join(", ", places)})";
    }

    /// <summary>The field's value as text; none is the empty one.</summary>
    /// <exception cref="UsageException">There is no such field.</exception>
    public string Text(string option, string name) => Field(option, name).Text;

    /// <param name="option">Who asks, for the error.</param>
    /// <param name="name">As people write it.</param>
    /// <exception cref="UsageException">There is no such field.</exception>
    public Field Field(string option, string name) => EventFields.Find(name, _arguments)
        ?? throw new UsageException($"{option}: {EventFields.Unknown(name)}");

    /// <summary>Whether a step is one word, and so a type; else it is a filter.</summary>
    public static bool IsType(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ':');
}
