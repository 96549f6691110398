using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Text;

namespace Attribution.Model.Channels;

/// <summary>
/// Resolves an event to a channel by the default channel group of GA4, without allocating.
/// Immutable: any number of threads may share it.
/// </summary>
/// <remarks>
/// GA4 knows source and medium of every session; an event may carry neither. What is missing is filled in so:
/// <list type="bullet">
/// <item>no source: the network that the click id's parameter names, else the host of an external
/// referrer;</item>
/// <item>no medium: paid, where the click id is of a network that only marks advertisements, or where it is
/// of no
/// known network but the source is a search, social, video or shopping site; <c>fbclid</c> and <c>igshid</c>
/// mark
/// any link, so they say social and nothing of money; a referrer's host without any of these is a
/// referral;</item>
/// <item>nothing at all: direct.</item>
/// </list>
/// A click id of no known network turns what would be unassigned or a referral into paid other.
/// </remarks>
public sealed class ChannelGrouping
{
    private const int MaxTextBytes = 512;

    public ChannelGrouping(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
    }

    public AttributionConfig Config { get; }

    /// <summary>The event's channel as an index into the config's channels.</summary>
    public ushort Resolve(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        Span<byte> room = stackalloc byte[3 * MaxTextBytes];
        ReadOnlySpan<byte> source = Given(record.Field(EventField.Source, eventBytes), ref room);
        ReadOnlySpan<byte> medium = Given(record.Field(EventField.Medium, eventBytes), ref room);
        ReadOnlySpan<byte> campaign = Given(record.Field(EventField.Campaign, eventBytes), ref room);
        ClickNetwork click = record.Field(EventField.ClickId, eventBytes).IsEmpty
            ? ClickNetwork.None
            : ClickNetworks.Of(record.Field(EventField.ClickIdType, eventBytes));
        ReadOnlySpan<byte> referrer = source.IsEmpty ? ExternalReferrer(record, eventBytes) : default;
        bool isTagged = !source.IsEmpty || !medium.IsEmpty || !campaign.IsEmpty || click != ClickNetwork.None;
        if (!isTagged && referrer.IsEmpty)
            return Ga4Channels.Direct;

        var traffic = new TrafficSource
        {
            Source = source,
            Campaign = campaign,
            Medium = Medium.TraitsOf(medium),
            Site = SiteList.Default.Find(source),
        };
        if (click > ClickNetwork.Unnamed)
            AddNetwork(ref traffic, click, medium.IsEmpty);
        if (traffic.Site == SiteKind.Unknown && !referrer.IsEmpty)
            AddReferrer(ref traffic, referrer, medium.IsEmpty);
        return click == ClickNetwork.Unnamed && medium.IsEmpty
            ? PaidUnlessKnown(traffic)
            : traffic.ToChannel();
    }

    /// <summary>
    /// The host that the event says the person came from, where that is another site than the event's own.
    /// </summary>
    internal static ReadOnlySpan<byte> ExternalReferrer(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        ReadOnlySpan<byte> from = Hosts.Of(record.Field(EventField.Referrer, eventBytes));
        return from.IsEmpty || Hosts.AreOfOneSite(from, Hosts.Of(record.Field(EventField.Url, eventBytes)))
            ? default
            : from;
    }

    /// <summary>
    /// True where a field says something: not where it says in GA4's words that there is nothing.
    /// </summary>
    internal static bool IsGiven(ReadOnlySpan<byte> field) =>
        !field.IsEmpty
        && !Ascii.EqualsIgnoreCase(field, "(not set)"u8) && !Ascii.EqualsIgnoreCase(field, "(none)"u8)
        && !Ascii.EqualsIgnoreCase(field, "(direct)"u8) && !Ascii.EqualsIgnoreCase(field, "direct"u8);

    /// <summary>A field in lower case, in the room's next part; empty where nothing is given.</summary>
    private static ReadOnlySpan<byte> Given(ReadOnlySpan<byte> field, ref Span<byte> room)
    {
        Span<byte> buffer = room[..MaxTextBytes];
        room = room[MaxTextBytes..];
        return IsGiven(field) ? AsciiCase.ToLower(field, buffer) : default;
    }

    private static void AddNetwork(ref TrafficSource traffic, ClickNetwork click, bool isMediumMissing)
    {
        // Under any other medium, such as email, the click id was only passed along.
        bool isPaid = (traffic.Medium & MediumTraits.Paid) != 0;
        if (traffic.Site == SiteKind.Unknown && (isMediumMissing || isPaid))
        {
            traffic.Site = click switch
            {
                ClickNetwork.PaidSearch => SiteKind.Search,
                ClickNetwork.PaidSocial or ClickNetwork.Social => SiteKind.Social,
                _ => SiteKind.Unknown,
            };
        }

        if (isMediumMissing)
        {
            traffic.Medium = click switch
            {
                ClickNetwork.PaidSearch or ClickNetwork.PaidSocial => MediumTraits.Paid,
                ClickNetwork.Display => MediumTraits.Display,
                ClickNetwork.Affiliate => MediumTraits.Affiliate,
                _ => MediumTraits.None,
            };
        }
    }

    private static void AddReferrer(
        ref TrafficSource traffic, ReadOnlySpan<byte> referrer, bool isMediumMissing)
    {
        // Where it is known how the person came, as by email, the referrer is only the page that the link
        // stood on.
        if (traffic.Medium != MediumTraits.None && (traffic.Medium & MediumTraits.Paid) == 0)
            return;

        traffic.Site = SiteList.Default.Find(referrer);
        if (isMediumMissing && traffic.Site is SiteKind.Unknown or SiteKind.Site)
            traffic.Medium = MediumTraits.Referral;
    }

    private static ushort PaidUnlessKnown(TrafficSource traffic)
    {
        if (traffic.Site is SiteKind.Search or SiteKind.Social or SiteKind.Video or SiteKind.Shopping)
            traffic.Medium = MediumTraits.Paid;

        ushort channel = traffic.ToChannel();
        return channel is Ga4Channels.Unassigned or Ga4Channels.Referral ? Ga4Channels.PaidOther : channel;
    }
}
