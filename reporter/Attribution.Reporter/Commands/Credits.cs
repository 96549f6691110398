using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;
using Attribution.Reporter.Sums;
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
        _ = Build(session, question, config ?? "", range);
        if (config is null)
            return new ComparedCredits(new CreditPivot(), before is null ? null : new CreditPivot());

        session.Describe(question.Model, config);
        CreditPivot now = await ReadAsync(session, question, config, range, cancel).ConfigureAwait(false);
        if (before is not { } earlier)
            return new ComparedCredits(now, null);
        session.Caption($"compared with {earlier}");
        CreditPivot then =
            await ReadAsync(session, question, config, earlier, cancel).ConfigureAwait(false);
        return new ComparedCredits(now, then);
    }

    public static ReportColumn[] Columns(IEnumerable<string> keys) =>
        [.. keys.Select(key => ReportColumn.Text(key, Field.TitleOf(key)))];

    /// <summary>Days whose sums are stored come from there, all others row by row.</summary>
    private static async Task<CreditPivot> ReadAsync(
        ReportSession session, CreditQuestion question, string config, TimeRange range,
        CancellationToken cancel)
    {
        var pivot = new CreditPivot();
        CreditQuery query = Build(session, question, config, range);
        CreditSums? stored =
            await CreditSums.FindAsync(session, question, range, cancel).ConfigureAwait(false);
        if (stored is not null)
        {
            QueryParameters parameters = Parameters(session, question, config, range);
            await using (Rows sums = await stored.AskAsync(session, parameters, cancel).ConfigureAwait(false))
                await pivot.AddAsync(sums, question.Keys.Count, cancel).ConfigureAwait(false);
            if (stored.Days.Rest.Count == 0)
                return pivot;
            query.Rest = stored.Days.Rest;
        }

        await using Rows rows =
            await session.QueryComposedAsync(query.Build(), query.Parameters, cancel).ConfigureAwait(false);
        await pivot.AddAsync(rows, question.Keys.Count, cancel).ConfigureAwait(false);
        return pivot;
    }

    private static CreditQuery Build(
        ReportSession session, CreditQuestion question, string config, TimeRange range) => new(
            question.Keys, question.Where, Parameters(session, question, config, range), session.ParseTime);

    private static QueryParameters Parameters(
        ReportSession session, CreditQuestion question, string config, TimeRange range) =>
        session.Parameters(range).Add("config", config).Add("model", question.Model ?? "");
}

/// <summary>By which fields, of what, under which model (null is each). Immutable.</summary>
internal sealed record CreditQuestion(IReadOnlyList<string> Keys, FilterText? Where, string? Model);

/// <summary>What was earned, and what before; null where nothing is compared. Immutable.</summary>
internal sealed record ComparedCredits(CreditPivot Now, CreditPivot? Before);
