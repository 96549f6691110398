using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Reporter.Persons;

namespace Attribution.Reporter.Commands.Funnels;

/// <summary>
/// The steps of a funnel that nobody named, from the types that a range has: a click or visit, then the
/// conversion that is paid for most often. What lies between differs from shop to shop. Stateless.
/// </summary>
internal static class TypicalSteps
{
    /// <returns>Nothing where a beginning or an end is missing.</returns>
    public static async Task<string[]> FindAsync(ReportSession session, CancellationToken cancel)
    {
        AttributionConfig config = await JourneyConfig.LoadAsync(session, cancel).ConfigureAwait(false);
        var types = new List<(string Name, long Events, long Paid)>();
        await using Rows rows = await session.QueryAsync("funnel_types", session.Parameters(), cancel)
            .ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            types.Add((row.GetString("type"), row.GetInt64("events"), row.GetInt64("paid")));

        string[] Present(IEnumerable<string> names) =>
            [.. types.Select(type => type.Name).Where(names.Contains)];
        string[] touches = Present([.. config.ClickTypes, .. config.VisitTypes]);
        if (touches.Length == 0)
            touches = Present(config.ViewTypes);
        (string Name, long Events, long Paid) end = types
            .Where(type => config.ConversionTypes.Contains(type.Name))
            .OrderByDescending(type => (type.Paid, type.Events))
            .FirstOrDefault();
        return touches.Length == 0 || end.Events == 0 ? [] : [Step(touches), Step([end.Name])];
    }

    /// <summary>As people write it: a type, or a filter on several.</summary>
    private static string Step(string[] types) => types is [var only] && only.All(char.IsAsciiLetterOrDigit)
        ? only
        : $"type in ({string.Join(", ", types.Select(Quoted))})";

    private static string Quoted(string type) => type.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? type
        : $"\"{type.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
