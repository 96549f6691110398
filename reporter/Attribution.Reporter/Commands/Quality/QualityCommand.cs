using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Quality;

/// <summary><c>quality --from 7d</c>: what came in, and what is wrong with it. Owned by the root
/// command.</summary>
internal sealed class QualityCommand : ReportCommand
{
    private const int DefaultLimit = 20;

    private readonly Option<string> _by = new("--by")
    {
        Description = "By which field of the events: type, source, user_agent, properties.sdk, ... type "
            + "otherwise; campaigns that are missing are by source then.",
        HelpName = "FIELD",
        DefaultValueFactory = _ => "type",
    };

    private readonly Option<string?> _engine = new("--engine")
    {
        Description = "An engine's address, http://host:8080: its own counters since its start, where alone "
            + "it shows what it dropped as duplicate.",
        HelpName = "URL",
    };

    public QualityCommand(ReportOptions options, ReportConsole console)
        : base(
            "quality",
            "What came in: rates, rejected by reason with samples, late, doubled, clicks without a campaign, "
            + "senders' clocks, histories cut short. --where holds for events, not for what was rejected or "
            + "attributed. Each list has 20 lines unless --limit says otherwise.",
            options,
            console)
    {
        Options.Add(_by);
        Options.Add(WhereOption.Of);
        Options.Add(_engine);
    }

    public override IReadOnlyList<string> Examples =>
        ["quality --from 7d", "quality --by source --where \"type = click\" --format csv"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string by = parsed.GetRequiredValue(_by);
        FilterText? where = WhereOption.Text(parsed);
        int limit = session.Settings.Limit ?? DefaultLimit;
        // A link's campaign is mended at its source, whatever the rest is listed by.
        string[] keys = parsed.GetResult(_by) is null or { Implicit: true } ? [by, "source"] : [by];
        List<ArrivedEvents>[] lists =
            await new ArrivalQuestion(keys, where).AskAsync(session, cancel).ConfigureAwait(false);
        List<ArrivedEvents> arrived = lists[0];
        List<ArrivedEvents> tagged = lists[^1];

        IReportWriter writer = session.NewWriter();
        writer.Begin(QualityRow.Columns);
        session.Caption($"project {session.Settings.Project}, {session.Settings.Range}");
        TimeRange range = session.Settings.Range;
        Write(writer, QualityReport.Received(arrived, Past(range, session.Clock), limit));
        ArrivedEvents total = QualityReport.Total(arrived);
        Write(writer, QualityReport.Rejected(
            await RejectedAsync(session, cancel).ConfigureAwait(false), total.Events));
        Write(writer, QualityReport.Late(arrived, limit));
        long? known = where is null ? total.Events : null;
        Write(writer, [await DoubledAsync(session, known, cancel).ConfigureAwait(false)]);
        Write(writer, QualityReport.Untagged(tagged, limit));
        Write(writer, QualityReport.Clock(total));
        Write(writer, await HistoriesAsync(session, cancel).ConfigureAwait(false));
        if (parsed.GetValue(_engine) is { } engine)
            Write(writer, await EngineCounters.ReadAsync(engine, cancel).ConfigureAwait(false));
        writer.End();
    }

    /// <summary>The part of the range that has gone by, which a rate is over.</summary>
    private static TimeSpan Past(TimeRange range, TimeProvider clock)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        DateTime end = range.To > now && range.From < now ? now : range.To;
        return end - range.From;
    }

    private static void Write(IReportWriter writer, IEnumerable<QualityRow> rows)
    {
        foreach (QualityRow row in rows)
            writer.Row(row.Values);
    }

    private static async Task<List<(string Reason, long Events, string Sample)>> RejectedAsync(
        ReportSession session, CancellationToken cancel)
    {
        await using Rows rows = await session
            .QueryAsync("quality_rejected", session.Parameters(), cancel).ConfigureAwait(false);
        var reasons = new List<(string, long, string)>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            reasons.Add((row.GetString("reason"), row.GetInt64("events"), row.GetString("sample")));
        return reasons;
    }

    /// <param name="session">Asks.</param>
    /// <param name="known">How many events there are, each once; null has them counted.</param>
    /// <param name="cancel">Ends it early.</param>
    private static async Task<QualityRow> DoubledAsync(
        ReportSession session, long? known, CancellationToken cancel)
    {
        string query = known is null ? "quality_doubled" : "quality_stored";
        await using Rows rows = await session
            .QueryAsync(query, session.Parameters(), cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            long stored = row.GetInt64("stored");
            long doubled = stored - (known ?? row.GetInt64("events"));
            return new QualityRow("doubled", "stored again, not merged yet")
            {
                Events = doubled,
                Share = CreditReport.Share(doubled, stored),
                Detail = session.Settings.Key is not null
                    ? "a read key sees merged rows only"
                    : "no report counts them; what the engine drops itself: --engine URL",
            };
        }

        throw new ReportException("ClickHouse counted nothing.");
    }

    private static async Task<IEnumerable<QualityRow>> HistoriesAsync(
        ReportSession session, CancellationToken cancel)
    {
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (config is null)
            return [];
        await using Rows rows = await session
            .QueryAsync("quality_histories", session.Parameters().Add("config", config), cancel)
            .ConfigureAwait(false);
        var found = new List<QualityRow>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            decimal conversions = row.GetInt64("conversions");
            foreach ((string column, string item) in ((string, string)[])
                     [("truncated", "truncated: touches forgotten"),
                         ("incomplete", "may be incomplete")])
                found.Add(new QualityRow("histories", item)
                {
                    Events = row.GetInt64(column),
                    Share = CreditReport.Share(row.GetInt64(column), conversions),
                    Detail = row.GetInt64(column) > 0 ? "replay attributes them over all events" : "",
                });
        }

        return found;
    }
}
