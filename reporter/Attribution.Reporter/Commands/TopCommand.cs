using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary><c>top country</c>: what each value of any field earned. Owned by the root command.</summary>
internal sealed class TopCommand : CreditCommand
{
    private readonly Argument<string> _field = new("FIELD")
    {
        Description = "One field or several with commas between: any of the touch, the conversion or their "
            + "events, as country, touch.content or properties.plan.",
    };

    public TopCommand(ReportOptions options, ReportConsole console)
        : base(
            "top",
            "Conversions, credit, share and value by any field, under one model (last unless --model says "
            + "otherwise).",
            options,
            console) => Arguments.Add(_field);

    public override IReadOnlyList<string> Examples =>
        ["top country --from 30d --limit 10", "top properties.plan --by channel --model linear"];

    protected override string[] OwnKeys(ParseResult parsed) =>
        CreditOptions.Split([parsed.GetRequiredValue(_field)]);
}
