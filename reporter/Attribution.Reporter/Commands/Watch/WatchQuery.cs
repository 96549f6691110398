using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands.Watch;

/// <summary>Asks for what the screen shows. Owned by one command.</summary>
internal sealed class WatchQuery(ReportSession session)
{
    private const decimal Millionths = 1_000_000m;

    public async Task<WatchState> ReadAsync(CancellationToken cancel)
    {
        DateTime now = session.Clock.GetUtcNow().UtcDateTime;
        (long[] steps, DateTime? newest) = await EventsAsync(now, cancel).ConfigureAwait(false);
        var state = new WatchState(now)
        {
            Steps = steps,
            Newest = newest,
            Rejected = await RejectedAsync(now, cancel).ConfigureAwait(false),
        };
        List<string> configs = session.Settings.Config is null
            ? await session.TextsAsync("configs_in_range", Day(now), cancel).ConfigureAwait(false)
            : [await session.ResolveConfigAsync(cancel).ConfigureAwait(false) ?? ""];
        return configs.Count == 0
            ? state
            : await WithChannelsAsync(state, configs[0], cancel).ConfigureAwait(false);
    }

    private async Task<(long[] Steps, DateTime? Newest)> EventsAsync(DateTime now, CancellationToken cancel)
    {
        long[] steps = new long[WatchState.StepCount];
        DateTime? newest = null;
        QueryParameters parameters = Day(now).Add("step", (long)WatchState.Step.TotalMilliseconds);
        await using Rows rows =
            await session.QueryAsync("watch_events", parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            // The first line is the newest step's.
            newest ??= row.GetDateTime("newest");
            long ago = row.GetInt64("steps_ago");
            if (ago < steps.Length)
                steps[ago] = row.GetInt64("events");
        }

        return (steps, newest);
    }

    private async Task<List<(string, long)>> RejectedAsync(DateTime now, CancellationToken cancel)
    {
        await using Rows rows =
            await session.QueryAsync("watch_rejected", Day(now), cancel).ConfigureAwait(false);
        var reasons = new List<(string, long)>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            reasons.Add((row.GetString("reason"), row.GetInt64("events")));
        return reasons;
    }

    private async Task<WatchState> WithChannelsAsync(
        WatchState state, string config, CancellationToken cancel)
    {
        QueryParameters parameters = Day(state.Now)
            .Add("config", config).Add("model", session.Settings.Model ?? ReportSession.DefaultModel);
        await using Rows rows =
            await session.QueryAsync("watch_channels", parameters, cancel).ConfigureAwait(false);
        long conversions = 0;
        var channels = new List<(string, long, decimal)>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            if (row.GetInt64("is_total") == 1)
                conversions = row.GetInt64("conversions");
            else
                channels.Add((
                    row.GetString("channel"), row.GetInt64("conversions"),
                    row.GetInt64("credit_millionths") / Millionths));
        }

        return state with { Conversions = conversions, Channels = channels };
    }

    /// <summary>The project, now, and when the zone's day began.</summary>
    private QueryParameters Day(DateTime now) => new QueryParameters()
        .Add("project", session.Settings.Project)
        .Add("now", now)
        .Add("from", session.Zone.Begins(session.Zone.ToLocal(now).Date))
        .Add("to", now);
}
