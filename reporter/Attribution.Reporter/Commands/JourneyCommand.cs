using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Explain;

namespace Attribution.Reporter.Commands;

/// <summary>
/// <c>journey PERSON</c>: what one person did and who earned it. Owned by the root command.
/// </summary>
internal sealed class JourneyCommand : ReportCommand
{
    private const int DefaultLimit = 1_000;

    /// <summary>Ids of that many events, of 64 bytes at most, fit one parameter with room for escapes.
    /// </summary>
    private const int EventsPerQuestion = 500;

    private readonly Argument<string> _person = new("PERSON")
    {
        Description = "A user, anonymous or device id, or the person's 16 digits as conversions shows them. "
            + "All ids linked to it are followed.",
    };

    public JourneyCommand(ReportOptions options, ReportConsole console)
        : base(
            "journey",
            "The timeline of one person over all ids, with each conversion's credits under it: under "
            + "every model, or the one --model names. The newest 1,000 events unless --limit says otherwise.",
            options,
            console) => Arguments.Add(_person);

    public override IReadOnlyList<string> Examples =>
        ["journey user-42 --from 90d", "journey 00f3a94c1b22e7d0 --model linear --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string person = parsed.GetRequiredValue(_person);
        if (person.Length == 0)
            throw new UsageException("PERSON is empty.");

        var ids = new PersonIds(session);
        await ids.FollowTextAsync(person, cancel).ConfigureAwait(false);
        var journey = new Journey(session.Settings.Limit ?? DefaultLimit);
        await ReadEventsAsync(session, ids, journey, cancel).ConfigureAwait(false);
        if (journey.EventCount == 0 && PersonHash.TryParse(person, out ulong hash))
        {
            await ids.FollowPersonAsync(hash, cancel).ConfigureAwait(false);
            await ReadEventsAsync(session, ids, journey, cancel).ConfigureAwait(false);
        }

        if (journey.EventCount > 0)
            await ReadCreditsAsync(session, journey, cancel).ConfigureAwait(false);
        journey.Write(session.NewWriter(), session.IsTable);
        Explain(session, person, ids, journey);
    }

    private static async Task ReadEventsAsync(
        ReportSession session, PersonIds ids, Journey journey, CancellationToken cancel)
    {
        if (ids.Count == 0)
            return;
        QueryParameters parameters = session.Parameters()
            .Add("user", ids.OfKind("user"))
            .Add("anonymous", ids.OfKind("anonymous"))
            .Add("device", ids.OfKind("device"))
            .Add("limit", journey.Limit + 1);
        await using Rows rows =
            await session.QueryAsync("journey_events", parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            journey.AddEvent(row);
    }

    private static async Task ReadCreditsAsync(
        ReportSession session, Journey journey, CancellationToken cancel)
    {
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (config is null)
            return;
        session.Describe(session.Settings.Model, config);
        foreach (TouchKey[] events in journey.Events.Chunk(EventsPerQuestion))
        {
            QueryParameters parameters = session.Parameters()
                .Add("config", config)
                .Add("model", session.Settings.Model ?? "")
                .Add("millis", events.Select(each => new DateTimeOffset(each.Time).ToUnixTimeMilliseconds()))
                .Add("event_ids", events.Select(each => each.Id));
            await using Rows rows =
                await session.QueryAsync("journey_credits", parameters, cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
                journey.AddCredits(row);
        }
    }

    private static void Explain(ReportSession session, string person, PersonIds ids, Journey journey)
    {
        ReportSettings settings = session.Settings;
        if (journey.EventCount == 0)
            session.Note($"no events of '{person}' in project '{settings.Project}', {settings.Range}. "
                + "--from and --to choose the range; ids are compared letter by letter.");
        else if (ids.ToString() is { Length: > 0 } linked)
            session.Caption($"linked ids: {linked}");
        if (ids.IsTruncated)
            session.Note($"note: the person has more ids than are followed ({ids.Count}); "
                + "events may be missing.");
        if (journey.IsTruncated)
            session.Note($"note: older events were left out; --limit shows more than {journey.Limit}.");
    }
}
