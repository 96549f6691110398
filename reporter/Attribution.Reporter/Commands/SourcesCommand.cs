using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary><c>sources --from 7d</c>: what each source earned. Owned by the root command.</summary>
internal sealed class SourcesCommand(ReportOptions options, ReportConsole console) : CreditCommand(
    "sources",
    "Conversions, credit, share and value per source and medium, under one model (last unless --model says "
    + "otherwise).",
    options,
    console)
{
    public override IReadOnlyList<string> Examples =>
        ["sources --from 7d", "sources --by country --where \"medium = cpc\" --format csv"];

    protected override string[] OwnKeys(ParseResult parsed) => ["source", "medium"];
}
