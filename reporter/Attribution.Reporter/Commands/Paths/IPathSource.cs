using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands.Paths;

/// <summary>Where journeys come from, as a query that others ask about. Owned by one command.</summary>
internal interface IPathSource
{
    /// <summary>
    /// Asks one of <c>Queries/paths*.sql</c> about the journeys: columns steps, touch_count, millis,
    /// revenue and currency, one row each; and a place for the path that steps are.
    /// </summary>
    /// <param name="query">The query's name.</param>
    /// <param name="add">Adds the values that it takes beside those of the journeys.</param>
    /// <param name="cancel">Ends it early.</param>
    Task<Rows> AskAsync(string query, Action<QueryParameters> add, CancellationToken cancel);
}
