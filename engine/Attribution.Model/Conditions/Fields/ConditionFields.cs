using System.Text;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions.Fields;

/// <summary>Finds a field by the name that configs give it. Stateless.</summary>
internal static class ConditionFields
{
    public const string Expected =
        "a field: type, source, medium, campaign, term, content, click_id, click_id_type, url, referrer, "
        + "user_agent, country, user_id, anonymous_id, device_id, install_referrer, event_id, project, ip, "
        + "revenue, currency, timestamp, url.host, url.path, url.query.NAME, referrer.host, "
        + "referrer.is_external, properties.NAME, traffic.source, traffic.medium, traffic.campaign, "
        + "traffic.site, traffic.is_tagged or touch.kind";

    private const int MaxNameBytes = 128;
    private const int MaxPathNames = 16;

    private static readonly Dictionary<string, ConditionField> ByName = Fixed().ToDictionary(f => f.Name);

    public static bool TryParse(string name, out ConditionField field)
    {
        if (ByName.TryGetValue(name, out ConditionField? known))
        {
            field = known;
            return true;
        }

        field = ByName["type"];
        return TryParseParameter(name, ref field) || TryParseProperty(name, ref field);
    }

    private static bool TryParseParameter(string name, ref ConditionField field)
    {
        if (!name.StartsWith(UrlQueryField.Prefix, StringComparison.Ordinal))
            return false;

        // Ingestion matches parameters whatever their case; so both spellings are one condition.
        string parameter = ToLower(name[UrlQueryField.Prefix.Length..]);
        if (!IsName(parameter) || parameter.AsSpan().IndexOfAny("=&#") >= 0)
            return false;

        field = new UrlQueryField(parameter, Encoding.UTF8.GetBytes(parameter));
        return true;
    }

    private static bool TryParseProperty(string name, ref ConditionField field)
    {
        if (!name.StartsWith(PropertyField.Prefix, StringComparison.Ordinal))
            return false;

        string path = name[PropertyField.Prefix.Length..];
        string[] names = path.Split('.');
        if (names.Length > MaxPathNames || !names.All(IsName))
            return false;

        field = new PropertyField(path, [.. names.Select(Encoding.UTF8.GetBytes)]);
        return true;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes;

    private static string ToLower(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));

    private static IEnumerable<ConditionField> Fixed() =>
    [
        new RecordField("type", EventField.Type),
        new RecordField("source", EventField.Source),
        new RecordField("medium", EventField.Medium),
        new RecordField("campaign", EventField.Campaign),
        new RecordField("term", EventField.Term),
        new RecordField("content", EventField.Content),
        new RecordField("click_id", EventField.ClickId),
        new RecordField("click_id_type", EventField.ClickIdType),
        new RecordField("url", EventField.Url),
        new RecordField("referrer", EventField.Referrer),
        new RecordField("user_agent", EventField.UserAgent),
        new RecordField("country", EventField.Country),
        new RecordField("user_id", EventField.UserId),
        new RecordField("anonymous_id", EventField.AnonymousId),
        new RecordField("device_id", EventField.DeviceId),
        new RecordField("install_referrer", EventField.InstallReferrer),
        new RecordField("event_id", EventField.EventId),
        new RecordField("project", EventField.Project),
        new HostField("url.host", EventField.Url),
        new HostField("referrer.host", EventField.Referrer),
        new UrlPathField(),
        new ExternalReferrerField(),
        new CurrencyField(),
        new AddressField(),
        new RevenueField(),
        new TimeField(),
        new TrafficField("traffic.source", TrafficPart.Source),
        new TrafficField("traffic.medium", TrafficPart.Medium),
        new TrafficField("traffic.campaign", TrafficPart.Campaign),
        new TrafficSiteField(),
        new TrafficTaggedField(),
        new TouchKindField(),
    ];
}
