using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Configs;

/// <summary><c>config list</c>: every config ever used. Owned by its parent command.</summary>
internal sealed class ConfigListCommand(ReportOptions options, ReportConsole console) : ReportCommand(
    "list",
    "Every config that was ever used, the newest first, and how many conversions of the range it attributed.",
    options,
    console)
{
    private const int DefaultLimit = 1_000;

    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("hash", "Hash"), ReportColumn.Text("name", "Name"),
        ReportColumn.Time("first_used", "First used"),
        new("conversions", "Conversions", ColumnKind.Count),
    ];

    public override IReadOnlyList<string> Examples =>
        ["config list", "config list --from 7d --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        QueryParameters parameters =
            session.Parameters().Add("limit", session.Settings.Limit ?? DefaultLimit);
        session.Caption($"conversions of project {session.Settings.Project}, {session.Settings.Range}");
        await using Rows rows =
            await session.QueryAsync("configs_list", parameters, cancel).ConfigureAwait(false);
        IReportWriter writer = session.NewWriter();
        writer.Begin(Columns);
        long count = 0;
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            string hash = row.GetString("hash");
            bool isStored = row.GetBoolean("is_stored");
            writer.Row(
            [
                session.IsTable ? ReportSession.Short(hash) : hash,
                isStored ? row.GetString("name") : null,
                isStored ? row.GetDateTime("first_used") : null,
                row.GetUInt64("conversions"),
            ]);
            count++;
        }

        writer.End();
        if (count == 0)
            session.Note("no config was used yet: the engine stores its own when it starts.");
    }
}
