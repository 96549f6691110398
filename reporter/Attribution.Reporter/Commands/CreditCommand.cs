using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary>
/// Ranked credit by fields, under one model in full or all models side by side. Owned by the root command.
/// </summary>
internal abstract class CreditCommand : ReportCommand
{
    private readonly CreditOptions _credit = new();

    protected CreditCommand(string name, string description, ReportOptions options, ReportConsole console)
        : base(name, description, options, console)
    {
        _credit.AddTo(this);
        Options.Add(options.Compare);
    }

    /// <summary>The fields of the command itself.</summary>
    protected abstract string[] OwnKeys(ParseResult parsed);

    /// <summary>The model where none is asked for; null shows all side by side.</summary>
    protected virtual string? FallbackModel => ReportSession.DefaultModel;

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string? fallback = session.Settings.Compare is null ? FallbackModel : ReportSession.DefaultModel;
        string? model = session.Settings.Model ?? fallback;
        string[] keys = _credit.Keys(parsed, OwnKeys(parsed));
        var question = new CreditQuestion(keys, WhereOption.Text(parsed), model);
        ComparedCredits credits = await Credits.ReadAsync(session, question, cancel).ConfigureAwait(false);
        CreditPivot now = credits.Now;
        var report = new CreditReport(session, credits, Credits.Columns(keys));
        if (model is not null)
            report.WriteModel(model);
        else
            report.WriteModels(
                now.Models.Contains(ReportSession.DefaultModel) || now.Models.Count == 0
                    ? ReportSession.DefaultModel
                    : now.Models[0]);
        if (now.Lines.Count == 0)
            await session.ExplainEmptyAsync(cancel).ConfigureAwait(false);
    }
}
