using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary><c>channels --from 7d</c>: credit per channel and model. Owned by the root command.</summary>
internal sealed class ChannelsCommand(ReportOptions options, ReportConsole console) : ReportCommand(
    "channels",
    "Credit per channel: under every model, with the value under the model last; or, with --model, "
    + "conversions, credit, share and value under that one. Values of different currencies stand apart.",
    options,
    console)
{
    private static readonly ReportColumn[] Keys = [ReportColumn.Text("channel", "Channel")];

    public override IReadOnlyList<string> Examples =>
        ["channels --from 7d", "channels --model linear --from 2026-11-01 --to 2026-11-08 --format csv"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string? model = session.Settings.Model;
        CreditPivot pivot = await ReadAsync(session, model, cancel).ConfigureAwait(false);
        var report = new CreditReport(session, pivot, Keys);
        if (model is not null)
            report.WriteModel(model);
        else
            report.WriteModels(
                pivot.Models.Contains(ReportSession.DefaultModel) || pivot.Models.Count == 0
                    ? ReportSession.DefaultModel
                    : pivot.Models[0]);
        if (pivot.Lines.Count == 0)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Every channel's credit, under one model or, for null, all.</summary>
    public static async Task<CreditPivot> ReadAsync(
        ReportSession session, string? model, CancellationToken cancel)
    {
        string? config = await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
        if (config is null)
            return new CreditPivot();
        session.Describe(model, config);
        QueryParameters parameters = session.Parameters().Add("config", config).Add("model", model ?? "");
        await using Rows rows =
            await session.QueryAsync("channels", parameters, cancel).ConfigureAwait(false);
        return await CreditPivot.ReadAsync(rows, ["channel"], cancel).ConfigureAwait(false);
    }
}
