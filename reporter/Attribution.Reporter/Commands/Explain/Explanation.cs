using Attribution.ClickHouse.Http;
using Attribution.Model.Evidence;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// A stored conversion with all its candidates in the order they happened. Owned by one command.
/// </summary>
internal sealed class Explanation
{
    private const int EventsPerQuery = 500;
    private readonly SortedDictionary<TouchKey, ExplainedTouch> _touches = [];

    private Explanation(StoredConversion conversion, IReadOnlyList<StoredModel> models)
    {
        Conversion = conversion;
        Models = models;
    }

    public StoredConversion Conversion { get; }

    /// <summary>Those to show.</summary>
    public IReadOnlyList<StoredModel> Models { get; }

    public IReadOnlyCollection<ExplainedTouch> Touches => _touches.Values;

    /// <summary>The ids on the conversion's event, kind by kind; empty where it is not stored.</summary>
    public IReadOnlyList<(string Kind, string Id)> Ids { get; private set; } = [];

    /// <param name="model">The one to show; null is all.</param>
    /// <exception cref="ReportException">The config has no such model.</exception>
    public static Explanation Of(StoredConversion conversion, string? model)
    {
        List<StoredModel> shown = [.. conversion.Models.Where(each => model is null || each.Name == model)];
        if (shown.Count == 0)
            throw new ReportException(
                $"config {ReportSession.Short(conversion.Config)} has no model '{model}', but "
                + $"{string.Join(", ", conversion.Models.Select(each => each.Name))}.");

        var explanation = new Explanation(conversion, shown);
        foreach (StoredModel each in conversion.Models)
            explanation.AddCandidates(each);
        foreach (StoredModel each in shown)
            explanation.Judge(each);
        return explanation;
    }

    /// <summary>Looks up what the candidates were.</summary>
    public async Task ReadEventsAsync(ReportSession session, CancellationToken cancel)
    {
        var conversion = new TouchKey(Conversion.Time, Conversion.Id);
        foreach (TouchKey[] keys in _touches.Keys.Prepend(conversion).Chunk(EventsPerQuery))
        {
            QueryParameters parameters = new QueryParameters()
                .Add("project", Conversion.Project)
                .Add("times", keys.Select(key => Millis(key.Time)))
                .Add("ids", keys.Select(key => key.Id))
                .Add("from", keys.Min(key => key.Time))
                .Add("to", keys.Max(key => key.Time));
            await using Rows rows =
                await session.QueryAsync("explain_events", parameters, cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
                Add(row, conversion);
        }
    }

    public static long Millis(DateTime time) => (long)(time - DateTime.UnixEpoch).TotalMilliseconds;

    private void Add(Row row, TouchKey conversion)
    {
        var key = new TouchKey(row.GetDateTime("timestamp"), row.GetString("event_id"));
        if (key == conversion)
            Ids =
            [
                .. ((string, string)[])
                [
                    ("user", row.GetString("user_id")), ("anonymous", row.GetString("anonymous_id")),
                    ("device", row.GetString("device_id")),
                ],
            ];
        if (_touches.TryGetValue(key, out ExplainedTouch? touch))
            touch.Traits ??= new TouchTraits(
                row.GetString("type"), "", row.GetString("source"), row.GetString("medium"),
                row.GetString("campaign"));
    }

    private void AddCandidates(StoredModel model)
    {
        foreach (StoredCredit credit in model.Credits.Where(credit => !credit.IsNobody))
            At(credit.Key).Traits ??= credit.Traits;
        foreach (RejectedTouch rejected in model.Evidence?.Rejected ?? [])
            At(new TouchKey(SpanText.Time(rejected.TimeMillis), rejected.Touch));
    }

    /// <summary>A candidate that a model neither credits nor rejects took part and got nothing.</summary>
    private void Judge(StoredModel model)
    {
        Dictionary<TouchKey, RejectedTouch> rejected = [];
        foreach (RejectedTouch each in model.Evidence?.Rejected ?? [])
            rejected[new TouchKey(SpanText.Time(each.TimeMillis), each.Touch)] = each;
        Dictionary<TouchKey, StoredCredit> credited = [];
        foreach (StoredCredit each in model.Credits)
            credited[each.Key] = each;

        foreach ((TouchKey key, ExplainedTouch touch) in _touches)
        {
            if (credited.TryGetValue(key, out StoredCredit? credit))
                touch.Verdicts.Add(new ModelVerdict(model.Name, VerdictKind.Credited)
                {
                    Credit = credit.Credit,
                    Value = credit.Value,
                });
            else if (rejected.TryGetValue(key, out RejectedTouch? rejection))
                touch.Verdicts.Add(new ModelVerdict(
                    model.Name,
                    EvidenceReader.IsRelative(rejection.Rule) ? VerdictKind.Eligible : VerdictKind.Rejected)
                {
                    Rejection = rejection,
                });
            else if (model.Evidence is not null)
                touch.Verdicts.Add(new ModelVerdict(model.Name, VerdictKind.Eligible));
        }
    }

    private ExplainedTouch At(TouchKey key)
    {
        if (!_touches.TryGetValue(key, out ExplainedTouch? touch))
            _touches[key] = touch = new ExplainedTouch(key, Millis(Conversion.Time) - Millis(key.Time));
        return touch;
    }
}
