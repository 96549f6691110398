using Attribution.Model.Channels;
using Attribution.Model.Events;
using Attribution.Model.Journeys;

namespace Attribution.Model.Conditions.Fields;

/// <summary>Which part of <see cref="TrafficSource"/> a field reads.</summary>
internal enum TrafficPart
{
    Source,
    Medium,
    Campaign,
}

/// <summary>Source, medium or campaign after what was missing has been filled in; in lower case. Immutable.
/// </summary>
internal sealed class TrafficField(string name, TrafficPart part) : TextField(name)
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = part switch
        {
            TrafficPart.Source => context.Traffic.Source,
            TrafficPart.Medium => context.Traffic.Medium,
            _ => context.Traffic.Campaign,
        };
        return !text.IsEmpty;
    }
}

/// <summary>What the site is that the touch came from. Immutable.</summary>
internal sealed class TrafficSiteField()
    : ChoiceField("traffic.site", "unknown", "search", "social", "video", "shopping", "email", "site")
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = context.Traffic.Site switch
        {
            SiteKind.Search => "search"u8,
            SiteKind.Social => "social"u8,
            SiteKind.Video => "video"u8,
            SiteKind.Shopping => "shopping"u8,
            SiteKind.Email => "email"u8,
            SiteKind.Site => "site"u8,
            _ => "unknown"u8,
        };
        return context.IsTouch;
    }
}

/// <summary>Whether the touch says anything of its origin besides a referrer. Immutable.</summary>
internal sealed class TrafficTaggedField() : ChoiceField("traffic.is_tagged", "true", "false")
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = context.Traffic.IsTagged ? "true"u8 : "false"u8;
        return context.IsTouch;
    }
}

/// <summary>Whether the event came from another site than its own. Every event has it. Immutable.</summary>
internal sealed class ExternalReferrerField() : ChoiceField("referrer.is_external", "true", "false")
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = TrafficSource.ExternalReferrer(record, eventBytes).IsEmpty ? "false"u8 : "true"u8;
        return true;
    }
}

/// <summary>What the person did when touched. Immutable.</summary>
internal sealed class TouchKindField() : ChoiceField("touch.kind", "click", "view", "visit", "referrer")
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = context.Kind switch
        {
            TouchKind.Click => "click"u8,
            TouchKind.View => "view"u8,
            TouchKind.Visit => "visit"u8,
            TouchKind.Referrer => "referrer"u8,
            _ => default,
        };
        return context.IsTouch;
    }
}
