using System.CommandLine;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands.Doctor;

/// <summary>
/// <c>doctor</c>: whether everything is as reports need it, and what to do where not. Owned by the root
/// command.
/// </summary>
internal sealed class DoctorCommand(ReportOptions options, ReportConsole console) : ReportCommand(
    "doctor",
    "Connection, versions, schema, access, freshness, config, time zone, clocks and where each setting came "
    + "from. Exit code 1 where something is wrong, 4 where no server answers.",
    options,
    console)
{
    private readonly ReportConsole _console = console;

    public override IReadOnlyList<string> Examples => ["doctor", "doctor --tz Europe/Berlin --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        List<Finding> findings = [.. Settings(session)];
        var server = new ServerChecks(session);
        findings.AddRange(await server.RunAsync(cancel).ConfigureAwait(false));
        if (server.IsReached)
            findings.AddRange(await new DataChecks(session).RunAsync(cancel).ConfigureAwait(false));

        IReportWriter writer = session.NewWriter();
        writer.Begin(Finding.Columns);
        foreach (Finding finding in findings)
            writer.Row(finding.Values);
        writer.End();
        int wrong = findings.Count(finding => finding.State == FindingState.Wrong);
        if (wrong > 0)
            throw new ReportException(
                $"{wrong} of {findings.Count} checks found something wrong; beside each stands what to do.",
                server.FailedCode);
    }

    /// <summary>What holds, and who said so; never a secret.</summary>
    private IEnumerable<Finding> Settings(ReportSession session)
    {
        foreach (SettingSource source in session.Settings.Sources)
        {
            string place = source.Origin == SettingOrigin.Default ? "default" : $"from {source.Place}";
            yield return Finding.Ok(
                $"setting {source.Setting.Name}",
                $"{source.Value ?? "none, each command decides"} ({place})");
        }

        bool hasPassword = _console.Environment(SettingValues.PasswordVariable) is { Length: > 0 };
        string how = session.Settings.Key is not null
            ? $"a read key from {ReadKey.Variable}"
            : hasPassword ? $"a password from {SettingValues.PasswordVariable}" : "no password";
        yield return Finding.Ok("setting secret", how);
    }
}
