using Attribution.Model.Channels;
using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Model.Text;

namespace Attribution.Model.Journeys;

/// <summary>
/// Says what an event means under one config, without allocating.
/// Immutable; its answers are right on any thread, but only one at a time is free of allocation.
/// </summary>
public sealed class EventClassifier
{
    private readonly Utf8Map _types;
    private readonly ChannelRules _channels;
    private readonly CampaignRules _campaigns;
    private readonly ConditionList _windows;
    private readonly ConditionList _fraud;
    private readonly Condition? _retargeting;
    private readonly IgnoredIds _ignored;

    public EventClassifier(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _channels = new ChannelRules(config.Grouping);
        _campaigns = new CampaignRules(config.CampaignRules);
        _windows = new ConditionList(config.Windows.Rules.Select(rule => rule.When));
        _fraud = new ConditionList(config.Fraud.Rules.Select(rule => rule.When));
        _retargeting = config.Installs.Retargeting?.ForOneThread();
        _ignored = new IgnoredIds(config.Identity);

        var types = new Dictionary<string, int>();
        Add(types, config.ClickTypes, TypeRoles.Click);
        Add(types, config.ViewTypes, TypeRoles.View);
        Add(types, config.VisitTypes, TypeRoles.Visit);
        Add(types, config.OpenTypes, TypeRoles.Open);
        Add(types, config.ReferrerTypes, TypeRoles.Referrer);
        Add(types, config.ConversionTypes, TypeRoles.Conversion);
        Add(types, config.Installs.Types, TypeRoles.Install);
        Add(types, config.Milestones.Lead, TypeRoles.Lead);
        Add(types, config.Milestones.Opportunity, TypeRoles.Opportunity);
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
        Lead = 128,
        Opportunity = 256,
    }

    public AttributionConfig Config { get; }

    public EventRole Classify(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        int found = _types.Find(record.Field(EventField.Type, eventBytes));
        if (found < 0)
            return default;

        var roles = (TypeRoles)found;
        bool isConversion = (roles & TypeRoles.Conversion) != 0;
        bool isInstall = isConversion && (roles & TypeRoles.Install) != 0;
        Touch touch = default;
        TouchTags tags = default;
        bool isTouch = TryGetTouchKind(roles, record, eventBytes, out TouchKind kind);
        if (isTouch)
            tags = Fill(ref touch, kind, record, eventBytes);

        return new EventRole
        {
            IsTouch = isTouch,
            Touch = touch,
            Source = tags.Source,
            Medium = tags.Medium,
            Campaign = tags.Campaign,
            IsConversion = isConversion,
            ConversionKind = isInstall ? ConversionKind.Install : ConversionKind.Event,
            InstallBeginMillis = isInstall ? InstallBegin.Millis(record, eventBytes) : 0,
            Milestones = MilestonesOf(roles),
        };
    }

    private static void Add(Dictionary<string, int> types, IReadOnlyList<string> names, TypeRoles role)
    {
        foreach (string name in names)
            types[name] = types.GetValueOrDefault(name) | (int)role;
    }

    private static int MilestonesOf(TypeRoles roles) =>
        ((roles & TypeRoles.Open) != 0 ? 1 << (int)MilestoneKind.Open : 0)
        | ((roles & TypeRoles.Lead) != 0 ? 1 << (int)MilestoneKind.Lead : 0)
        | ((roles & TypeRoles.Opportunity) != 0 ? 1 << (int)MilestoneKind.Opportunity : 0);

    private TouchTags Fill(
        scoped ref Touch touch, TouchKind kind, scoped in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        Span<byte> room = stackalloc byte[TrafficSource.RoomBytes];
        TouchTags tags = Tags(kind, record, eventBytes, room);
        var context = new ConditionContext(kind, TrafficSource.Of(record, eventBytes, tags, room));
        touch.TimeMillis = record.Header.TimestampMillis;
        touch.Kind = kind;
        touch.Channel = _channels.Resolve(record, eventBytes, context);
        touch.Currency = record.Header.Currency;
        touch.ClickHash = ClickHash(record.Field(EventField.ClickId, eventBytes));
        touch.Window = (byte)(1 + _windows.Find(record, eventBytes, context));
        touch.FraudRule = (byte)(1 + _fraud.Find(record, eventBytes, context));
        touch.Flags = (touch.Channel == Ga4Channels.Direct ? TouchFlags.Direct : 0)
            | (CarriesId(record, eventBytes) ? TouchFlags.CarriesId : 0)
            | (_retargeting?.Matches(record, eventBytes, context) == true ? TouchFlags.Retargeting : 0);
        return tags;
    }

    /// <summary>
    /// The event's own tags after the campaign rules, which look at what the event says itself; every rule
    /// after them looks at what they made of it.
    /// </summary>
    private TouchTags Tags(
        TouchKind kind, scoped in EventRecord record, ReadOnlySpan<byte> eventBytes, scoped Span<byte> room)
    {
        TouchTags tags = default;
        tags.Source = record.Field(EventField.Source, eventBytes);
        tags.Medium = record.Field(EventField.Medium, eventBytes);
        tags.Campaign = record.Field(EventField.Campaign, eventBytes);
        if (_campaigns.IsEmpty)
            return tags;

        var context = new ConditionContext(kind, TrafficSource.Of(record, eventBytes, tags, room));
        int rule = _campaigns.Find(TrafficSource.IsGiven(tags.Campaign), record, eventBytes, context);
        if (rule >= 0)
            _campaigns.Apply(rule, ref tags);
        return tags;
    }

    /// <summary>
    /// Within one person, so it needs no project; never 0, which stands for no click id.
    /// </summary>
    private uint ClickHash(ReadOnlySpan<byte> clickId) =>
        clickId.IsEmpty || _ignored.Contains(clickId)
            ? 0
            : Math.Max((uint)EventHash.Id(0, IdKind.Click, clickId), 1);

    private bool CarriesId(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        SaysSomething(record.Field(EventField.UserId, eventBytes))
        || SaysSomething(record.Field(EventField.DeviceId, eventBytes));

    private bool SaysSomething(ReadOnlySpan<byte> id) => !id.IsEmpty && !_ignored.Contains(id);

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
