using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands.Doctor;

/// <summary>Whether there is data, how fresh it is and what decides it. Owned by one run.</summary>
internal sealed class DataChecks(ReportSession session)
{
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);
    private static readonly TimeSpan Behind = TimeSpan.FromMinutes(5);

    public async Task<List<Finding>> RunAsync(CancellationToken cancel)
    {
        var findings = new List<Finding>();
        try
        {
            await using Rows rows = await session
                .QueryAsync("doctor_freshness", session.Parameters(), cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                long events = row.GetInt64("events_since");
                findings.Add(events == 0
                    ? new Finding(
                        "events", FindingState.Wrong, $"project '{session.Settings.Project}' has none",
                        "is --project right? Does anything send to the engine? POST /v1/events takes them")
                    : Events(row.GetDateTime("newest_received")));
                if (events > 0)
                    findings.Add(row.GetInt64("attributions") == 0
                        ? new Finding(
                            "attributions", FindingState.Look, "there are none",
                            "has the engine taken events of a converting type, as signup or purchase?")
                        : Attributions(
                            row.GetDateTime("newest_attributed"), row.GetDateTime("newest_converting")));
            }

            findings.Add(await ConfigAsync(cancel).ConfigureAwait(false));
        }
        catch (ClickHouseException error)
            when (Failure.TryFrom(error, session.Settings.Server, out Failure failure))
        {
            findings.Add(ServerChecks.Wrong("data", failure));
        }

        return findings;
    }

    private Finding Events(DateTime newest)
    {
        TimeSpan age = session.Clock.GetUtcNow().UtcDateTime - newest;
        string found = $"the newest was received {session.Zone.Text(newest)}, {Text(age)} ago";
        return age <= Stale
            ? Finding.Ok("events", found)
            : new Finding(
                "events", FindingState.Look, found,
                "if more should have come: is the engine running, and its sink's lag small? watch, and "
                + "/metrics of the engine");
    }

    /// <summary>The newest event that could convert must be attributed soon after.</summary>
    private Finding Attributions(DateTime attributed, DateTime converting)
    {
        TimeSpan behind = converting > attributed ? converting - attributed : TimeSpan.Zero;
        string found = $"the newest conversion is of {session.Zone.Text(attributed)}"
            + (behind > TimeSpan.Zero ? $", {Text(behind)} behind the events" : "");
        return behind <= Behind
            ? Finding.Ok("attributions", found)
            : new Finding(
                "attributions", FindingState.Wrong, found,
                "the engine stores events and attributes none: see its log; replay --from attributes what is "
                + "missing");
    }

    private async Task<Finding> ConfigAsync(CancellationToken cancel)
    {
        List<string> used = await session
            .TextsAsync("configs_in_range", session.Parameters(), cancel).ConfigureAwait(false);
        string shown = string.Join(", ", used.Select(ReportSession.Short));
        return used.Count switch
        {
            0 => new Finding(
                "config", FindingState.Look, "none attributed anything in the range",
                "a longer range: --from 90d"),
            1 => Finding.Ok("config", shown),
            _ => new Finding(
                "config", FindingState.Look, $"{used.Count} in the range: {shown}",
                "reports show the first; --config chooses, and replay attributes all under one"),
        };
    }

    private static string Text(TimeSpan span) => Explain.SpanText.Age((long)span.TotalSeconds * 1_000);
}
