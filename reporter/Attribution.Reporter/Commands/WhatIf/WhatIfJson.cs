using System.Text.Json;
using Attribution.Model.Configs;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>A comparison as one JSON document. Stateless.</summary>
internal static class WhatIfJson
{
    public static void Write(WhatIfResult result, ReportSession session, bool hasList, Utf8JsonWriter json)
    {
        ReportSettings settings = session.Settings;
        json.WriteStartObject();
        json.Member("project", settings.Project);
        json.Member("from", settings.Range.From);
        json.Member("to", settings.Range.To);
        WriteConfig(json, "against", result.Former);
        WriteConfig(json, "config", result.Latter);
        WriteArray(json, "models", result.Models.Index(), model =>
        {
            ConversionDiff diff = result.Diffs[model.Index];
            json.Member("model", model.Item);
            json.Member("before", diff.Former);
            json.Member("after", diff.Latter);
            json.Member("same", diff.Count(ChangeKind.Same));
            json.Member("other_touch", diff.Count(ChangeKind.OtherTouch));
            json.Member("moved", diff.Count(ChangeKind.Moved));
            json.Member("appeared", diff.Count(ChangeKind.Appeared));
            json.Member("vanished", diff.Count(ChangeKind.Vanished));
        });
        json.Member("model", result.Model);
        WriteArray(json, "channels", session.Limited(result.Channels(), int.MaxValue, "channel"), channel =>
        {
            json.Member("channel", channel.Channel);
            json.Member("currency", channel.Currency);
            json.Member("credit_before", WhatIfResult.Credit(channel.FormerCredit));
            json.Member("credit_after", WhatIfResult.Credit(channel.LatterCredit));
            json.Member("value_before", WhatIfResult.Value(channel.FormerValue));
            json.Member("value_after", WhatIfResult.Value(channel.LatterValue));
        });
        WriteArray(json, "flows", session.Limited(result.Flows(), int.MaxValue, "flow"), flow =>
        {
            json.Member("from", WhatIfRows.End(flow.Key.From));
            json.Member("to", WhatIfRows.End(flow.Key.To));
            json.Member("currency", flow.Key.Currency);
            json.Member("conversions", flow.Value.Conversions);
            json.Member("credit", WhatIfResult.Credit(flow.Value.Credit));
            json.Member("value", WhatIfResult.Value(flow.Value.Value));
        });
        WriteArray(json, "rules", session.Limited(result.Rules(), int.MaxValue, "rule"), rule =>
        {
            json.Member("rule", rule.Rule);
            json.Member("conversions", rule.Conversions);
        });
        if (hasList)
            WriteArray(json, "conversions", result.Diff.Listed, changed => WriteChanged(json, changed));
        json.WriteEndObject();
    }

    private static void WriteChanged(Utf8JsonWriter json, ChangedConversion changed)
    {
        json.Member("conversion_id", changed.Facts.Id);
        json.Member("time", changed.Facts.Time);
        json.Member("type", changed.Facts.Type);
        json.Member("change", WhatIfText.Name(changed.Kind));
        WriteCredits(json, "from", changed.Former);
        WriteCredits(json, "to", changed.Latter);
        json.Member("value", WhatIfResult.Value(changed.Value));
        json.Member("currency", changed.Facts.Currency);
        json.Member("rule", changed.Reason.ToString());
        json.Member("lost_by", changed.Reason.Lost.Length > 0 ? changed.Reason.Lost : null);
        json.Member("formerly_kept_by", changed.Reason.Gained.Length > 0 ? changed.Reason.Gained : null);
    }

    private static void WriteCredits(
        Utf8JsonWriter json, string name, IReadOnlyList<ChannelCredit> credits) =>
        WriteArray(json, name, CreditFlows.ByChannel(credits, credit => credit.Credit), channel =>
        {
            json.Member("channel", channel.Key);
            json.Member("credit", WhatIfResult.Credit(channel.Value));
        });

    private static void WriteConfig(Utf8JsonWriter json, string name, AttributionConfig config)
    {
        json.WriteStartObject(name);
        json.Member("hash", config.Hash);
        json.Member("name", config.Name);
        json.WriteEndObject();
    }

    private static void WriteArray<T>(
        Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
