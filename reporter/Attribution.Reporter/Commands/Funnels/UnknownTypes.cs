using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;

namespace Attribution.Reporter.Commands.Funnels;

/// <summary>
/// Says of steps that nobody came to whether any event has their type: one that was misspelled has none in
/// any range. Stateless.
/// </summary>
internal static class UnknownTypes
{
    private const int MaxListed = 12;

    /// <param name="session">Asks, and takes the notes.</param>
    /// <param name="steps">As people wrote them; only those that are a type are looked at.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>Whether something was said that no other range would mend.</returns>
    public static async Task<bool> ExplainAsync(
        ReportSession session, IEnumerable<string> steps, CancellationToken cancel)
    {
        string[] named = [.. steps.Where(EventConditions.IsType).Distinct()];
        if (named.Length == 0)
            return false;
        var parameters = new QueryParameters().Add("project", session.Settings.Project);
        List<string> known =
            await session.TextsAsync("event_types", parameters, cancel).ConfigureAwait(false);
        if (known.Count == 0)
        {
            await session.ExplainNoEventsAsync(cancel).ConfigureAwait(false);
            return true;
        }

        string[] unknown = [.. named.Except(known)];
        foreach (string type in unknown)
            session.Note($"no event in project '{session.Settings.Project}' has the type '{type}'."
                + (Nearest.Hint(type, known) is { Length: > 0 } hint ? hint : $" There are {List(known)}."));
        return unknown.Length > 0;
    }

    private static string List(List<string> known) =>
        string.Join(", ", known.Take(MaxListed)) + (known.Count > MaxListed ? " and others" : "");
}
