using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary><c>campaigns --model linear</c>: what each campaign earned. Owned by the root command.</summary>
internal sealed class CampaignsCommand(ReportOptions options, ReportConsole console) : CreditCommand(
    "campaigns",
    "Conversions, credit, share and value per campaign with its channel, source and medium, under one model "
    + "(last unless --model says otherwise).",
    options,
    console)
{
    public override IReadOnlyList<string> Examples =>
        ["campaigns --from 7d --limit 20", "campaigns --model position_based --format json"];

    protected override string[] OwnKeys(ParseResult parsed) => ["campaign", "channel", "source", "medium"];
}
