using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;
using Attribution.Reporter.Sums;

namespace Attribution.Reporter.Commands.Sums;

/// <summary>
/// <c>sums --from 90d</c>: stores sums of days that are over, from which reports over long ranges answer.
/// Owned by the root command.
/// </summary>
internal sealed class SumsCommand : ReportCommand
{
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Stores nothing and shows how many days would be summed.",
    };

    public SumsCommand(ReportOptions options, ReportConsole console)
        : base(
            "sums",
            "Stores sums of the days of the range that are over (UTC, of all projects). Reports use them "
            + "where they can, and read every row of a day whose rows changed since; answers are the same. "
            + "For a nightly run.",
            options,
            console) => Options.Add(_dryRun);

    public override IReadOnlyList<string> Examples => ["sums", "sums --from 365d --dry-run"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        if (session.Settings.Key is not null)
            throw new UsageException($"sums stores something, which the key in {ReadKey.Variable} may not.");
        (DateTime first, DateTime end) = StoredDays.WholeDays(session.Settings.Range);
        end = end < session.Now.Date ? end : session.Now.Date;
        bool isDry = parsed.GetValue(_dryRun);
        IReportWriter writer = session.NewWriter();
        writer.Begin(
        [
            ReportColumn.Text("tables", "Tables"),
            new ReportColumn("open", "Days\nto sum", ColumnKind.Count),
            new ReportColumn("stored", "Days\nstored", ColumnKind.Count),
        ]);
        foreach (SummedSource source in SummedSource.All)
        {
            var sums = new DaySums(session, source);
            List<SummedDay> open =
                await sums.FindOpenAsync(first, end, cancel).ConfigureAwait(false);
            int stored = isDry ? 0 : await StoreAsync(session, sums, open, cancel).ConfigureAwait(false);
            writer.Row([source.Name, (long)open.Count, (long)stored]);
        }

        writer.End();
    }

    /// <summary>A month after the other, as each is a partition.</summary>
    private static async Task<int> StoreAsync(
        ReportSession session, DaySums sums, List<SummedDay> open, CancellationToken cancel)
    {
        await using ClickHouseClient client = session.NewStoringClient();
        int stored = 0;
        using (ProgressLine line = session.NewProgress())
        {
            foreach (IGrouping<(int Year, int Month), SummedDay> month in open
                .GroupBy(each => (each.Day.Year, each.Day.Month)))
            {
                int done = stored;
                line.Show(() => $"{done} of {open.Count} days");
                stored += await sums.StoreAsync(client, [.. month], cancel).ConfigureAwait(false);
            }
        }

        await sums.ForgetAsync(client, cancel).ConfigureAwait(false);
        return stored;
    }
}
