using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary><c>campaigns --model linear</c>: what each campaign earned. Owned by the root command.</summary>
internal sealed class CampaignsCommand(ReportOptions options, ReportConsole console) : ReportCommand(
    "campaigns",
    "Conversions, credit, share and value per campaign with its channel, source and medium, under one model "
    + "(last unless --model says otherwise).",
    options,
    console)
{
    private static readonly ReportColumn[] Keys =
    [
        ReportColumn.Text("campaign", "Campaign"), ReportColumn.Text("channel", "Channel"),
        ReportColumn.Text("source", "Source"), ReportColumn.Text("medium", "Medium"),
    ];

    public override IReadOnlyList<string> Examples =>
        ["campaigns --from 7d --limit 20", "campaigns --model position_based --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string model = session.Settings.Model ?? ReportSession.DefaultModel;
        var pivot = new CreditPivot();
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (config is not null)
        {
            session.Describe(model, config);
            QueryParameters parameters = session.Parameters().Add("config", config).Add("model", model);
            await using Rows rows =
                await session.QueryAsync("campaigns", parameters, cancel).ConfigureAwait(false);
            string[] names = [.. Keys.Select(key => key.Name)];
            pivot = await CreditPivot.ReadAsync(rows, names, cancel).ConfigureAwait(false);
        }

        new CreditReport(session, pivot, Keys).WriteModel(model);
        if (pivot.Lines.Count == 0)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }
}
