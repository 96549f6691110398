using System.CommandLine;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// <c>explain CONVERSION_ID</c>: why a conversion is whose it is. Owned by the root command.
/// </summary>
internal sealed class ExplainCommand : ReportCommand
{
    private readonly Argument<string> _id = new("CONVERSION_ID")
    {
        Description = "The converting event's id, as conversions shows it.",
    };

    public ExplainCommand(ReportOptions options, ReportConsole console)
        : base(
            "explain",
            "Why a conversion is whose it is: who earned it under every model, or the one --model names, and "
            + "each touch that was considered, with its credit or the rule that rejected it and the numbers "
            + "compared. From what is stored; --config chooses under which config. The conversion is found "
            + "at any time; --from and --to choose between several with the same id.",
            options,
            console) => Arguments.Add(_id);

    public override IReadOnlyList<string> Examples =>
        ["explain order-1001", "explain order-1001 --model last --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string id = parsed.GetRequiredValue(_id);
        if (id.Length == 0)
            throw new UsageException("CONVERSION_ID is empty.");

        StoredConversion conversion =
            await new ConversionFinder(session).FindAsync(id, cancel).ConfigureAwait(false);
        Explanation explanation = Explanation.Of(conversion, session.Settings.Model);
        await explanation.ReadEventsAsync(session, cancel).ConfigureAwait(false);
        switch (session.Settings.Format)
        {
            case OutputFormat.Json when session.Settings.Output.IsDocument:
                session.WriteDocument(json => ExplanationData.WriteDocument(explanation, json));
                break;
            case OutputFormat.Table:
                new ExplanationText(explanation, session).Write();
                break;
            default:
                ExplanationData.WriteRows(explanation, session.NewWriter());
                break;
        }
    }
}
