using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>Asks who earned what, and reads the answer. Stateless.</summary>
internal static class Credits
{
    /// <summary>Credit by the fields, under one model or, for null, under all.</summary>
    public static async Task<CreditPivot> ReadAsync(
        ReportSession session, CreditQuestion question, CancellationToken cancel)
    {
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (config is null)
        {
            // A question that makes no sense is refused even where there is nothing to ask.
            Build(session, question, "");
            return new CreditPivot();
        }

        session.Describe(question.Model, config);
        CreditQuery query = Build(session, question, config);
        await using Rows rows =
            await session.QueryComposedAsync(query.Build(), query.Parameters, cancel).ConfigureAwait(false);
        return await CreditPivot.ReadAsync(rows, question.Keys.Count, cancel).ConfigureAwait(false);
    }

    public static ReportColumn[] Columns(IEnumerable<string> keys) =>
        [.. keys.Select(key => ReportColumn.Text(key, Field.TitleOf(key)))];

    private static CreditQuery Build(ReportSession session, CreditQuestion question, string config)
    {
        QueryParameters parameters = session.Parameters()
            .Add("config", config).Add("model", question.Model ?? "");
        return new CreditQuery(question.Keys, question.Where, parameters, session.ParseTime);
    }
}

/// <summary>By which fields, of what, under which model (null is each). Immutable.</summary>
internal sealed record CreditQuestion(IReadOnlyList<string> Keys, FilterText? Where, string? Model);
