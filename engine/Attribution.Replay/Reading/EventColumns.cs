using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Replay.Configs;

namespace Attribution.Replay.Reading;

/// <summary>
/// Which columns of <c>events</c> some configs need: those that every attribution needs, and those that
/// their rules name. Immutable.
/// </summary>
public sealed class EventColumns
{
    private static readonly (string Name, EventField Field)[] Always =
    [
        ("event_id", EventField.EventId), ("user_id", EventField.UserId),
        ("anonymous_id", EventField.AnonymousId), ("device_id", EventField.DeviceId),
        ("install_referrer", EventField.InstallReferrer), ("click_id", EventField.ClickId),
        ("type", EventField.Type), ("source", EventField.Source), ("medium", EventField.Medium),
        ("campaign", EventField.Campaign), ("click_id_type", EventField.ClickIdType),
        ("url", EventField.Url), ("referrer", EventField.Referrer),
    ];

    private static readonly (string Name, EventField Field)[] Sometimes =
    [
        ("term", EventField.Term), ("content", EventField.Content), ("country", EventField.Country),
        ("user_agent", EventField.UserAgent), ("properties", EventField.Properties),
    ];

    private readonly bool _hasWholeUrl;

    private EventColumns(HashSet<string> named)
    {
        Texts = [.. Always, .. Sometimes.Where(column => named.Contains(column.Name))];
        HasAddress = named.Contains("ip");
        _hasWholeUrl = named.Contains("url");
    }

    /// <summary>The text columns; those that name persons come first.</summary>
    public IReadOnlyList<(string Name, EventField Field)> Texts { get; }

    /// <summary>How many of <see cref="Texts"/> say whose an event is.</summary>
    public static int IdCount => 6;

    public bool HasAddress { get; }

    /// <summary>The columns as a SELECT lists them.</summary>
    public string Sql => string.Join(", ", Texts.Select(column => Expression(column.Name)))
        + ", timestamp, revenue, currency, sequence" + (HasAddress ? ", ip" : "");

    /// <summary>
    /// Unless a rule reads it, the url only says whether a referrer is of the same site; it is a third of all
    /// bytes.
    /// </summary>
    private string Expression(string name) =>
        name == "url" && !_hasWholeUrl ? "if(notEmpty(referrer), events.url, '') AS url" : name;

    public static EventColumns Of(IEnumerable<AttributionConfig> configs)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (AttributionConfig config in configs)
        {
            NamedFields.AddTo(named, JsonNode.Parse(config.CanonicalJson.Span));
            if (config.Windows.HasProbabilistic)
                named.UnionWith(["ip", "user_agent"]);
            if (config.Fraud.RejectsInjection)
                named.Add("properties");
        }

        return new EventColumns(named);
    }
}
