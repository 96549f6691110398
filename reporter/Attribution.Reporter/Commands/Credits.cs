using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands;

/// <summary>Asks who earned what, and reads the answer. Stateless.</summary>
internal static class Credits
{
    /// <summary>
    /// Credit by the fields, under one model or, for null, under all; and the same of the range that it is
    /// compared with, under the same config.
    /// </summary>
    public static async Task<ComparedCredits> ReadAsync(
        ReportSession session, CreditQuestion question, CancellationToken cancel)
    {
        TimeRange range = session.Settings.Range;
        TimeRange? before = session.Settings.Compare is { } kind ? range.Before(kind) : null;
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        // A question that makes no sense is refused even where there is nothing to ask.
        CreditQuery query = Build(session, question, config ?? "", range);
        if (config is null)
            return new ComparedCredits(new CreditPivot(), before is null ? null : new CreditPivot());

        session.Describe(question.Model, config);
        CreditPivot now = await ReadAsync(session, question, query, cancel).ConfigureAwait(false);
        if (before is not { } earlier)
            return new ComparedCredits(now, null);
        session.Caption($"compared with {earlier}");
        query = Build(session, question, config, earlier);
        CreditPivot then = await ReadAsync(session, question, query, cancel).ConfigureAwait(false);
        return new ComparedCredits(now, then);
    }

    public static ReportColumn[] Columns(IEnumerable<string> keys) =>
        [.. keys.Select(key => ReportColumn.Text(key, Field.TitleOf(key)))];

    private static async Task<CreditPivot> ReadAsync(
        ReportSession session, CreditQuestion question, CreditQuery query, CancellationToken cancel)
    {
        await using Rows rows =
            await session.QueryComposedAsync(query.Build(), query.Parameters, cancel).ConfigureAwait(false);
        return await CreditPivot.ReadAsync(rows, question.Keys.Count, cancel).ConfigureAwait(false);
    }

    private static CreditQuery Build(
        ReportSession session, CreditQuestion question, string config, TimeRange range)
    {
        QueryParameters parameters = session.Parameters(range)
            .Add("config", config).Add("model", question.Model ?? "");
        return new CreditQuery(question.Keys, question.Where, parameters, session.ParseTime);
    }
}

/// <summary>By which fields, of what, under which model (null is each). Immutable.</summary>
internal sealed record CreditQuestion(IReadOnlyList<string> Keys, FilterText? Where, string? Model);

/// <summary>What was earned, and what before; null where nothing is compared. Immutable.</summary>
internal sealed record ComparedCredits(CreditPivot Now, CreditPivot? Before);
