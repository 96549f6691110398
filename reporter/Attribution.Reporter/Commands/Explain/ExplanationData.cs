using System.Text.Json;
using Attribution.Model.Evidence;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// An explanation for programs: one JSON document, or one delimited line per candidate and model. Stateless.
/// </summary>
internal static class ExplanationData
{
    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("conversion_id", "Conversion"), ReportColumn.Time("conversion_time", "Time"),
        ReportColumn.Text("config", "Config"), ReportColumn.Text("model", "Model"),
        ReportColumn.Text("touch", "Touch"), ReportColumn.Time("touch_time", "Touched"),
        new("age_ms", "Age", ColumnKind.Number), ReportColumn.Text("type", "Type"),
        ReportColumn.Text("channel", "Channel"), ReportColumn.Text("source", "Source"),
        ReportColumn.Text("medium", "Medium"), ReportColumn.Text("campaign", "Campaign"),
        ReportColumn.Text("verdict", "Verdict"), new("credit", "Credit", ColumnKind.Credit),
        new("value", "Value", ColumnKind.Money), ReportColumn.Text("currency", "Currency"),
        ReportColumn.Text("rule", "Rule"), new("found", "Found", ColumnKind.Number),
        new("limit", "Limit", ColumnKind.Number), ReportColumn.Text("setting", "Setting"),
        ReportColumn.Text("by", "By"),
    ];

    /// <summary>A conversion that nobody earned has a line per model without a touch.</summary>
    public static void WriteRows(Explanation explanation, IReportWriter writer)
    {
        StoredConversion conversion = explanation.Conversion;
        writer.Begin(Columns);
        foreach (ExplainedTouch touch in explanation.Touches)
        {
            TouchTraits? traits = touch.Traits;
            foreach (ModelVerdict verdict in touch.Verdicts)
                writer.Row(
                [
                    conversion.Id, conversion.Time, conversion.Config, verdict.Model, touch.Key.Id,
                    touch.Key.Time, touch.AgeMillis, traits?.Type, traits?.Channel, traits?.Source,
                    traits?.Medium, traits?.Campaign, Name(verdict.Kind), verdict.Credit, verdict.Value,
                    conversion.Currency, verdict.Rejection?.Rule, Found(verdict.Rejection),
                    Limit(verdict.Rejection), verdict.Rejection?.Setting, verdict.Rejection?.By,
                ]);
        }

        foreach (StoredModel model in explanation.Models)
        {
            foreach (StoredCredit credit in model.Credits.Where(credit => credit.IsNobody))
                writer.Row(
                [
                    conversion.Id, conversion.Time, conversion.Config, model.Name, null, null, null, null,
                    credit.Traits.Channel, null, null, null, "unattributed", credit.Credit, credit.Value,
                    conversion.Currency, null, null, null, null, null,
                ]);
        }

        writer.End();
    }

    public static void WriteDocument(Explanation explanation, Utf8JsonWriter json)
    {
        StoredConversion conversion = explanation.Conversion;
        json.WriteStartObject();
        json.WriteStartObject("conversion");
        json.Member("id", conversion.Id);
        json.Member("type", conversion.Type);
        json.Member("time", conversion.Time);
        json.Member("project", conversion.Project);
        json.Member("revenue", conversion.Revenue);
        json.Member("currency", conversion.Currency);
        json.Member("person", PersonHash.Text(conversion.Person));
        json.Member("user_id", conversion.UserId);
        foreach ((string kind, string id) in explanation.Ids.Where(id => id.Kind != "user"))
            json.Member($"{kind}_id", id);
        json.WriteEndObject();
        json.Member("config", conversion.Config);
        json.Member("config_name", conversion.ConfigName.Length > 0 ? conversion.ConfigName : null);
        json.Member("version", conversion.Version);
        json.WriteStartArray("models");
        foreach (StoredModel model in explanation.Models)
            WriteModel(json, model);
        json.WriteEndArray();
        json.WriteStartArray("touches");
        foreach (ExplainedTouch touch in explanation.Touches)
            WriteTouch(json, touch);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, StoredModel model)
    {
        json.WriteStartObject();
        json.Member("model", model.Name);
        json.WriteStartArray("credits");
        foreach (StoredCredit credit in model.Credits)
        {
            json.WriteStartObject();
            json.Member("touch", credit.IsNobody ? null : credit.Key.Id);
            json.Member("channel", credit.Traits.Channel);
            json.Member("credit", credit.Credit);
            json.Member("value", credit.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("evidence");
        WriteEvidence(json, model);
        json.WriteEndObject();
    }

    /// <summary>As the row has it, whatever it says.</summary>
    private static void WriteEvidence(Utf8JsonWriter json, StoredModel model)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(model.EvidenceJson);
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteNullValue();
        }
    }

    private static void WriteTouch(Utf8JsonWriter json, ExplainedTouch touch)
    {
        json.WriteStartObject();
        json.Member("touch", touch.Key.Id);
        json.Member("time", touch.Key.Time);
        json.Member("age_ms", touch.AgeMillis);
        json.Member("type", touch.Traits?.Type);
        json.Member("channel", touch.Traits is { Channel.Length: > 0 } known ? known.Channel : null);
        json.Member("source", touch.Traits?.Source);
        json.Member("medium", touch.Traits?.Medium);
        json.Member("campaign", touch.Traits?.Campaign);
        json.WriteStartArray("verdicts");
        foreach (ModelVerdict verdict in touch.Verdicts)
        {
            json.WriteStartObject();
            json.Member("model", verdict.Model);
            json.Member("verdict", Name(verdict.Kind));
            if (verdict.Kind == VerdictKind.Credited)
            {
                json.Member("credit", verdict.Credit);
                json.Member("value", verdict.Value);
            }

            if (verdict.Rejection is { } rejection)
                WriteRejection(json, rejection);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRejection(Utf8JsonWriter json, RejectedTouch rejection)
    {
        json.Member("rule", rejection.Rule);
        json.Member("found", Found(rejection));
        json.Member("limit", Limit(rejection));
        if (rejection.Setting is not null)
            json.Member("setting", rejection.Setting);
        if (rejection.By is not null)
            json.Member("by", rejection.By);
        json.Member("text", EvidenceText.Describe(rejection));
    }

    private static object? Found(RejectedTouch? rejection) =>
        rejection?.FoundCurrency ?? (object?)rejection?.Found;

    private static object? Limit(RejectedTouch? rejection) =>
        rejection?.LimitCurrency ?? (object?)rejection?.Limit;

    private static string Name(VerdictKind kind) => kind switch
    {
        VerdictKind.Credited => "credited",
        VerdictKind.Rejected => "rejected",
        _ => "eligible",
    };
}
