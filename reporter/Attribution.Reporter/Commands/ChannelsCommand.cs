using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary><c>channels --from 7d</c>: credit per channel and model. Owned by the root command.</summary>
internal sealed class ChannelsCommand(ReportOptions options, ReportConsole console) : CreditCommand(
    "channels",
    "Credit per channel: under every model, with the value under the model last; or, with --model, "
    + "conversions, credit, share and value under that one. Values of different currencies stand apart.",
    options,
    console)
{
    public override IReadOnlyList<string> Examples =>
        ["channels --from 7d", "channels --model linear --by campaign --where \"country in (DE,AT)\""];

    protected override string? FallbackModel => null;

    protected override string[] OwnKeys(ParseResult parsed) => ["channel"];
}
