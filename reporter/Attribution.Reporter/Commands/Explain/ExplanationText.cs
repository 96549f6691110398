using System.Globalization;
using Attribution.Model.Evidence;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// An explanation for people: the conversion, who earned it under each model, and its candidates in the order
/// they happened, each with what earned or cost it its part. Owned by one command.
/// </summary>
internal sealed class ExplanationText(Explanation explanation, ReportSession session)
{
    private const int Indent = 4;

    private static readonly ReportColumn[] EarnedColumns =
    [
        ReportColumn.Text("model", "Model"), new("credit", "Credit", ColumnKind.Share),
        new("value", "Value", ColumnKind.Money), ReportColumn.Text("channel", "Channel"),
        ReportColumn.Text("touch", "Touch"), ReportColumn.Text("origin", "Source / medium"),
        ReportColumn.Text("campaign", "Campaign"),
    ];

    private readonly ProseWriter _text = session.NewProse();
    private readonly StoredConversion _conversion = explanation.Conversion;

    public void Write()
    {
        WriteConversion();
        WriteEarned();
        WriteTouches();
    }

    private void WriteConversion()
    {
        string time = $"{Time(_conversion.Time)} {session.Zone}";
        _text.Heading($"{_conversion.Type} {_conversion.Id}, {time}{Money()}");
        string[] ids = [.. explanation.Ids.Where(id => id.Id.Length > 0).Select(id => $"{id.Kind} {id.Id}")];
        if (ids.Length == 0 && _conversion.UserId.Length > 0)
            ids = [$"user {_conversion.UserId}"];
        _text.Wrapped(
            0, "", ", ", [$"person {PersonHash.Text(_conversion.Person)}", .. ids,
                $"project {_conversion.Project}"]);
        string name = _conversion.ConfigName.Length > 0 ? $" ({_conversion.ConfigName})" : "";
        _text.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"config {ReportSession.Short(_conversion.Config)}{name}, version {_conversion.Version}"));
        foreach (string fact in Grouped(EvidenceSentences.Facts))
            _text.Line(fact);
    }

    private void WriteEarned()
    {
        _text.Blank();
        string currency = _conversion.Currency;
        IReportWriter table = session.NewWriter();
        table.Begin([.. EarnedColumns.Select(column => column.Name == "value" && currency.Length > 0
            ? column with { Title = currency }
            : column)]);
        foreach (StoredModel model in explanation.Models)
        {
            string name = model.Name;
            foreach (StoredCredit credit in model.Credits)
            {
                table.Row([name, credit.Credit, credit.Value, credit.Traits.Channel,
                    credit.IsNobody ? "" : credit.Key.Id, credit.Traits.Origin, credit.Traits.Campaign]);
                name = "";
            }

            if (model.Credits.Count == 0)
                table.Row([name, null, null, "not counted", "", "", ""]);
        }

        table.End();
        string[] full = [.. explanation.Models.Where(model => model.Evidence is { IsSumming: false })
            .Select(model => model.Name)];
        if (full.Length > 0)
            _text.Line($"{string.Join(", ", full)}: each touch gets the whole, so that credits do not sum.");
    }

    private void WriteTouches()
    {
        _text.Blank();
        _text.Heading(explanation.Touches.Count == 0
            ? "No touch was considered."
            : $"Touches, oldest first: {string.Join("; ", Grouped(EvidenceSentences.Counts))}");
        bool isPast = true;
        foreach (ExplainedTouch touch in explanation.Touches)
        {
            if (isPast && touch.AgeMillis < 0)
                WriteConversionMark();
            isPast = touch.AgeMillis >= 0;
            WriteTouch(touch);
        }

        if (isPast && explanation.Touches.Count > 0)
            WriteConversionMark();
        foreach (string limit in Grouped(EvidenceSentences.Limits))
            _text.Wrapped(0, "", " ", limit.Split(' '));
    }

    private void WriteConversionMark() =>
        _text.Heading($"{Time(_conversion.Time)}  {_conversion.Type} {_conversion.Id}{Money()}");

    private void WriteTouch(ExplainedTouch touch)
    {
        TouchTraits? traits = touch.Traits;
        _text.Line($"{Time(touch.Key.Time)}  {traits?.Type ?? "(event not stored)"} {touch.Key.Id}, "
            + SpanText.Distance(touch.AgeMillis));
        string[] whence = [.. ((string?[])[traits?.Channel, traits?.Origin, traits?.Campaign])
            .OfType<string>().Where(part => part.Length > 0)];
        if (whence.Length > 0)
            _text.Wrapped(Indent, "", " · ", whence);

        string[] credits = [.. touch.Verdicts.Where(verdict => verdict.Kind == VerdictKind.Credited)
            .Select(verdict => $"{verdict.Model} {Percent(verdict.Credit!.Value)}")];
        if (credits.Length > 0)
            _text.Wrapped(Indent, "credited: ", ", ", credits);
        foreach (IGrouping<string, ModelVerdict> verdicts in touch.Verdicts
                     .Where(verdict => verdict.Kind != VerdictKind.Credited)
                     .GroupBy(Words))
        {
            bool isAll = verdicts.Count() == explanation.Models.Count;
            string under = isAll
                ? ""
                : $" under {string.Join(", ", verdicts.Select(verdict => verdict.Model))}";
            _text.Wrapped(
                Indent, "", " ", verdicts.Key.Replace("\0", under, StringComparison.Ordinal).Split(' '));
        }
    }

    /// <summary>
    /// What the evidence of the models says, each text once, with the models it is said of unless it is all.
    /// </summary>
    private IEnumerable<string> Grouped(Func<EvidenceDocument?, IEnumerable<string>> texts) =>
        explanation.Models
            .SelectMany(model => texts(model.Evidence).Select(text => (Text: text, model.Name)))
            .GroupBy(each => each.Text, each => each.Name)
            .Select(group => group.Count() == explanation.Models.Count
                ? group.Key
                : $"{string.Join(", ", group)}: {group.Key}");

    /// <summary>With a place for the models.</summary>
    private static string Words(ModelVerdict verdict)
    {
        string why = verdict.Rejection is { } rejection ? $": {EvidenceText.Describe(rejection)}" : "";
        return (verdict.Kind == VerdictKind.Rejected ? "rejected" : "no credit") + "\0" + why;
    }

    private string Money() => _conversion.Revenue == 0 && _conversion.Currency.Length == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", {_conversion.Revenue:#,##0.00##}")
            + (_conversion.Currency.Length > 0 ? $" {_conversion.Currency}" : "");

    private string Time(DateTime time) =>
        session.Zone.ToLocal(time).ToString("yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);

    private static string Percent(decimal credit) => credit.ToString("0.0###%", CultureInfo.InvariantCulture);
}
