using Attribution.Model.Channels;
using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Text;

namespace Attribution.Model.Journeys;

/// <summary>
/// Says what an event means under one config, without allocating.
/// Immutable: any number of threads may share it.
/// </summary>
public sealed class EventClassifier
{
    private readonly Utf8Map _types;
    private readonly ChannelRules _channels;

    public EventClassifier(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _channels = new ChannelRules([], config.Channels, hasGrouping: true);

        var types = new Dictionary<string, int>();
        Add(types, config.ClickTypes, TypeRoles.Click);
        Add(types, config.ViewTypes, TypeRoles.View);
        Add(types, config.VisitTypes, TypeRoles.Visit);
        Add(types, config.OpenTypes, TypeRoles.Open);
        Add(types, config.ReferrerTypes, TypeRoles.Referrer);
        Add(types, config.ConversionTypes, TypeRoles.Conversion);
        Add(types, config.Installs.Types, TypeRoles.Install);
        _types = new Utf8Map(types);
    }

    /// <summary>What the config says of an event type.</summary>
    [Flags]
    private enum TypeRoles
    {
        None = 0,
        Click = 1,
        View = 2,
        Visit = 4,
        Open = 8,
        Referrer = 16,
        Conversion = 32,
        Install = 64,
    }

    public AttributionConfig Config { get; }

    public EventRole Classify(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        int found = _types.Find(record.Field(EventField.Type, eventBytes));
        if (found < 0)
            return default;

        var roles = (TypeRoles)found;
        bool isConversion = (roles & TypeRoles.Conversion) != 0;
        int milestones = (roles & TypeRoles.Open) != 0 ? 1 << (int)MilestoneKind.Open : 0;
        ConversionKind conversion =
            (roles & TypeRoles.Install) != 0 ? ConversionKind.Install : ConversionKind.Event;
        if (!TryGetTouchKind(roles, record, eventBytes, out TouchKind kind))
        {
            return new EventRole
            {
                IsConversion = isConversion,
                ConversionKind = conversion,
                Milestones = milestones,
            };
        }

        Span<byte> room = stackalloc byte[TrafficSource.RoomBytes];
        var context = new ConditionContext(kind, TrafficSource.Of(record, eventBytes, room));
        ushort channel = _channels.Resolve(record, eventBytes, context);
        return new EventRole
        {
            IsTouch = true,
            Touch = new Touch
            {
                TimeMillis = record.Header.TimestampMillis,
                Channel = channel,
                Kind = kind,
                Flags = channel == Ga4Channels.Direct ? TouchFlags.Direct : TouchFlags.None,
                Currency = record.Header.Currency,
            },
            Source = record.Field(EventField.Source, eventBytes),
            Medium = record.Field(EventField.Medium, eventBytes),
            Campaign = record.Field(EventField.Campaign, eventBytes),
            IsConversion = isConversion,
            ConversionKind = conversion,
            Milestones = milestones,
        };
    }

    private static void Add(Dictionary<string, int> types, IReadOnlyList<string> names, TypeRoles role)
    {
        foreach (string name in names)
            types[name] = types.GetValueOrDefault(name) | (int)role;
    }

    private static bool TryGetTouchKind(
        TypeRoles roles, in EventRecord record, ReadOnlySpan<byte> eventBytes, out TouchKind kind)
    {
        if ((roles & TypeRoles.Referrer) != 0 && HasField(record, EventField.InstallReferrer)
            && NamesCampaign(record, eventBytes) && !IsStoreOrganic(record, eventBytes))
        {
            kind = TouchKind.Referrer;
            return true;
        }

        kind = (roles & (TypeRoles.Click | TypeRoles.View | TypeRoles.Visit | TypeRoles.Open)) switch
        {
            TypeRoles.Click => TouchKind.Click,
            TypeRoles.View => TouchKind.View,
            TypeRoles.Visit => TouchKind.Visit,
            TypeRoles.Open when IsTagged(record, eventBytes) => TouchKind.Visit,
            _ => 0,
        };
        return kind != 0;
    }

    private static bool IsTagged(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        NamesCampaign(record, eventBytes) || !TrafficSource.ExternalReferrer(record, eventBytes).IsEmpty;

    /// <summary>
    /// Google Play's own words for an install that nobody's advertisement led to: no touch, or every organic
    /// install would be credited to the store.
    /// </summary>
    private static bool IsStoreOrganic(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        !HasField(record, EventField.ClickId)
        && record.Field(EventField.Source, eventBytes).SequenceEqual("google-play"u8)
        && record.Field(EventField.Medium, eventBytes).SequenceEqual("organic"u8);

    private static bool NamesCampaign(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        HasField(record, EventField.ClickId)
        || TrafficSource.IsGiven(record.Field(EventField.Source, eventBytes))
        || TrafficSource.IsGiven(record.Field(EventField.Campaign, eventBytes));

    private static bool HasField(in EventRecord record, EventField field) =>
        record.Header.Fields[(int)field].Length > 0;
}
