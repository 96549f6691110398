using System.Globalization;
using System.Reflection;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;

namespace Attribution.Reporter.Commands.Doctor;

/// <summary>Whether the server is there, fits, and lets this user in. Owned by one run.</summary>
internal sealed class ServerChecks(ReportSession session)
{
    private static readonly string[] Tables =
        ["events", "attributions", "identities", "dead_letters", "configs"];

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <summary>Whether the server answered at all.</summary>
    public bool IsReached { get; private set; }

    /// <summary>What a run with something wrong ends with.</summary>
    public int FailedCode { get; private set; } = ExitCode.Failure;

    public async Task<List<Finding>> RunAsync(CancellationToken cancel)
    {
        var findings = new List<Finding> { Finding.Ok("reporter", Version()) };
        long start = session.Clock.GetTimestamp();
        try
        {
            await using Rows rows = await session
                .QueryAsync("doctor_server", new QueryParameters(), cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                IsReached = true;
                TimeSpan way = session.Clock.GetElapsedTime(start);
                findings.Add(Finding.Ok(
                    "connection",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{session.Settings.Server.Endpoint} answers in {way.TotalMilliseconds:0} ms as user "
                        + $"{row.GetString("name")}")));
                findings.Add(ServerVersion(row.GetString("version")));
                findings.Add(ServerClock(row.GetDateTime("time"), way));
            }
        }
        catch (Exception error) when (
            error is not OperationCanceledException
            && Failure.TryFrom(error, session.Settings.Server, out Failure failure))
        {
            FailedCode = failure.Code;
            findings.Add(Wrong("connection", failure));
            return findings;
        }

        findings.Add(await SchemaAsync(cancel).ConfigureAwait(false));
        findings.Add(await AccessAsync(cancel).ConfigureAwait(false));
        findings.Add(await ZoneAsync(cancel).ConfigureAwait(false));
        return findings;
    }

    /// <summary>A failure's message is what was found and what to do in one.</summary>
    public static Finding Wrong(string check, Failure failure) =>
        new(check, FindingState.Wrong, "failed", failure.Message);

    private static string Version() => typeof(ServerChecks).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static Finding ServerVersion(string text)
    {
        var version = ClickHouse.Http.ServerVersion.Parse(text);
        return version.IsSupported
            ? Finding.Ok("server", $"ClickHouse {text}")
            : new Finding(
                "server", FindingState.Wrong, $"ClickHouse {text}",
                $"update ClickHouse: {ClickHouse.Http.ServerVersion.Minimum.Text} or later is needed");
    }

    private Finding ServerClock(DateTime server, TimeSpan way)
    {
        // The server read its clock somewhere on the way.
        DateTime middle = session.Clock.GetUtcNow().UtcDateTime - (way / 2);
        TimeSpan ahead = server - middle;
        string side = ahead < TimeSpan.Zero ? "behind" : "ahead";
        string found = string.Create(
            CultureInfo.InvariantCulture,
            $"the server's is {Math.Abs(ahead.TotalSeconds):0.0} s {side}");
        return ahead.Duration() <= ClockTolerance
            ? Finding.Ok("clock", found)
            : new Finding(
                "clock", FindingState.Look, found,
                "set both clocks by NTP: ranges as 'today' and 7d go by this machine's, events by the "
                    + "server's");
    }

    private async Task<Finding> SchemaAsync(CancellationToken cancel)
    {
        if (session.Settings.Key is not null)
            return Finding.Ok("schema", "its version is not shown to read keys");
        try
        {
            (int found, int known) = await new Migrator(session.Settings.Server)
                .CompareAsync(session.Client, cancel).ConfigureAwait(false);
            return found == known
                ? Finding.Ok("schema", $"version {found}")
                : new Finding(
                    "schema", FindingState.Wrong, $"version {found}, this program knows {known}",
                    "start the engine of this version once: it brings the tables up to date");
        }
        catch (SchemaException error)
        {
            return new Finding("schema", FindingState.Wrong, "does not fit", error.Message);
        }
        catch (ClickHouseException error)
            when (Failure.TryFrom(error, session.Settings.Server, out Failure failure))
        {
            return Wrong("schema", failure);
        }
    }

    private async Task<Finding> AccessAsync(CancellationToken cancel)
    {
        var missing = new List<string>();
        string message = "";
        foreach (string table in Tables)
        {
            try
            {
                await using Rows rows = await session.QueryComposedAsync(
                    $"SELECT * FROM {table} LIMIT 0", new QueryParameters(), cancel).ConfigureAwait(false);
            }
            catch (ClickHouseException error)
                when (Failure.TryFrom(error, session.Settings.Server, out Failure failure))
            {
                missing.Add(table);
                message = failure.Message;
            }
        }

        return missing.Count == 0
            ? Finding.Ok("access", $"reads {string.Join(", ", Tables)}")
            : new Finding("access", FindingState.Wrong, $"cannot read {string.Join(", ", missing)}", message);
    }

    /// <summary>Both sides must know the zone and mean the same by it, at both ends of the range.</summary>
    private async Task<Finding> ZoneAsync(CancellationToken cancel)
    {
        string name = session.Zone.Name;
        try
        {
            await using Rows rows = await session
                .QueryAsync("doctor_zone", session.Parameters(), cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                bool isSame = Offset(session.Settings.Range.From) == row.GetInt64("from_offset")
                    && Offset(session.Settings.Range.To) == row.GetInt64("to_offset");
                return isSame
                    ? Finding.Ok("time zone", $"{name}, the same here and on the server")
                    : new Finding(
                        "time zone", FindingState.Wrong, $"{name} has other offsets here than on the server",
                        "update tzdata on both machines");
            }
        }
        catch (ClickHouseException)
        {
            // The server does not know the name: below.
        }

        return new Finding(
            "time zone", FindingState.Wrong, $"the server does not know {name}",
            "take another --tz, or install tzdata on the server");
    }

    private double Offset(DateTime time) => (session.Zone.ToLocal(time) - time).TotalSeconds;
}
