using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Settings;
using Attribution.Reporter.Sums;

namespace Attribution.Reporter.Commands.Trends;

/// <summary><c>trend conversions --every day</c>: a measure over time. Owned by the root command.</summary>
internal sealed class TrendCommand : ReportCommand
{
    private const int MaxAverage = 1_000;

    private readonly Argument<string> _measure = new("MEASURE")
    {
        Description = "conversions, credit, value (per currency) or events.",
        DefaultValueFactory = _ => "conversions",
    };

    private readonly Option<string?> _every = new("--every")
    {
        Description = "hour, day, week (from Monday) or month, of --tz; as the range is long otherwise.",
        HelpName = "UNIT",
    };

    private readonly Option<int> _average = new("--average")
    {
        Description = "Adds the mean of so many units up to each; incomplete ones are left out.",
        HelpName = "N",
    };

    private readonly CreditOptions _credit = new();

    public TrendCommand(ReportOptions options, ReportConsole console)
        : base(
            "trend",
            "Conversions, credit or value under one model (last unless --model says otherwise), or events, "
            + "over time; by any field with --by. What has no data or is not whole is marked.",
            options,
            console)
    {
        _measure.AcceptOnlyFromAmong("conversions", "credit", "value", "events");
        _every.AcceptOnlyFromAmong(TrendUnit.All);
        Arguments.Add(_measure);
        Options.Add(_every);
        Options.Add(_average);
        _credit.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
        ["trend conversions --from 30d --average 7", "trend value --every week --by channel --model linear"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string measure = parsed.GetRequiredValue(_measure);
        int average = parsed.GetValue(_average);
        if (average is < 0 or > MaxAverage)
            throw new UsageException($"--average: {average} is not 0 to {MaxAverage}.");
        if (measure == "events" && session.Settings.IsFlag(Setting.Model))
            throw new UsageException("--model: events are as they were sent, and no model is asked.");
        string unit = parsed.GetValue(_every) ?? TrendUnit.For(session.Settings.Range);
        string[] by = _credit.Keys(parsed, unit)[1..];
        var buckets = new TrendBuckets(session.Settings.Range, unit, session.Now);
        var table = new TrendTable(buckets.All);
        var question = new TrendQuestion
        {
            Measure = measure,
            Unit = unit,
            Keys = measure == "value" ? [.. by.Where(key => key != "currency"), "currency"] : by,
            Average = average,
            Where = WhereOption.Text(parsed),
        };
        await ReadAsync(session, question, table, cancel).ConfigureAwait(false);
        new TrendReport(session, table, question).Write();
        if (table.Ranked().Count > 0)
            return;
        await (measure == "events"
            ? session.ExplainNoEventsAsync(cancel)
            : session.ExplainEmptyAsync(cancel)).ConfigureAwait(false);
    }

    private static Task ReadAsync(
        ReportSession session, TrendQuestion question, TrendTable table, CancellationToken cancel) =>
        question.Measure == "events"
            ? ReadEventsAsync(session, question, table, cancel)
            : ReadCreditsAsync(session, question, table, cancel);

    private static async Task ReadCreditsAsync(
        ReportSession session, TrendQuestion question, TrendTable table, CancellationToken cancel)
    {
        string model = session.Settings.Model ?? ReportSession.DefaultModel;
        var asked = new CreditQuestion([question.Unit, .. question.Keys], question.Where, model);
        CreditPivot pivot = (await Credits.ReadAsync(session, asked, cancel).ConfigureAwait(false)).Now;
        foreach (CreditLine line in pivot.Lines)
        {
            decimal figure = question.Measure switch
            {
                "credit" => line.Credit(model),
                // The currency is part of the key, so there is one.
                "value" => line.Value(model, line.Key[^1]),
                _ => line.Conversions(model),
            };
            if (figure != 0 || question.Measure != "value")
                table.Add(line.Key[0], line.Key[1..], figure);
        }
    }

    private static async Task ReadEventsAsync(
        ReportSession session, TrendQuestion question, TrendTable table, CancellationToken cancel)
    {
        var query = new EventQuery(question.Where, session.Parameters(), session.ParseTime);
        string keys = string.Concat(question.Keys.Prepend(question.Unit)
            .Select((name, at) => $"{query.Field("--by", name).Text} AS key_{at},\n    "));
        StoredDays? stored = await EventSums
            .FindAsync(session, question, session.Settings.Range, cancel).ConfigureAwait(false);
        if (stored is not null)
        {
            QueryParameters parameters = stored.AddTo(session.Parameters());
            await using Rows sums =
                await EventSums.AskAsync(session, keys, parameters, cancel).ConfigureAwait(false);
            await AddAsync(sums, question, table, cancel).ConfigureAwait(false);
            if (stored.Rest.Count == 0)
                return;
        }

        string sql = SqlFile.Load(
            "trend_events",
            ("keys", keys),
            ("rest", StoredDays.RestSql(
                stored?.Rest ?? [], "timestamp", new SqlArguments(query.Parameters, "rest"))),
            ("condition", query.Condition.Length == 0 ? "" : $"AND {query.Condition}"));
        await using Rows rows =
            await session.QueryComposedAsync(sql, query.Parameters, cancel).ConfigureAwait(false);
        await AddAsync(rows, question, table, cancel).ConfigureAwait(false);
    }

    private static async Task AddAsync(
        Rows rows, TrendQuestion question, TrendTable table, CancellationToken cancel)
    {
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            string[] key = [.. Enumerable.Range(1, question.Keys.Count).Select(at => row.GetString(at))];
            table.Add(row.GetString(0), key, row.GetInt64("amount"));
        }
    }
}
