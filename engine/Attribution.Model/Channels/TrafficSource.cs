namespace Attribution.Model.Channels;

/// <summary>
/// What the rules of the grouping look at: an event's source, medium and campaign after what is missing was
/// filled in
/// from click id and referrer. Lives on the stack of one resolution.
/// </summary>
internal ref struct TrafficSource
{
    /// <summary>In lower case; empty where it was not given.</summary>
    public ReadOnlySpan<byte> Source;

    /// <summary>In lower case; empty where it was not given.</summary>
    public ReadOnlySpan<byte> Campaign;

    public MediumTraits Medium;
    public SiteKind Site;

    /// <summary>
    /// The rules of GA4's default channel group, in its order; the first that holds decides.
    /// </summary>
    /// <remarks>https://support.google.com/analytics/answer/9756891</remarks>
    public readonly ushort ToChannel()
    {
        if (Campaign.IndexOf("cross-network"u8) >= 0)
            return Ga4Channels.CrossNetwork;

        bool isShopping = Site == SiteKind.Shopping || NamesAShop(Campaign);
        if (Has(MediumTraits.Paid))
            return PaidChannel(isShopping);
        if (Has(MediumTraits.Display))
            return Ga4Channels.Display;
        if (isShopping)
            return Ga4Channels.OrganicShopping;
        if (Site == SiteKind.Social || Has(MediumTraits.Social))
            return Ga4Channels.OrganicSocial;
        if (Site == SiteKind.Video || Has(MediumTraits.Video))
            return Ga4Channels.OrganicVideo;
        if (Site == SiteKind.Search || Has(MediumTraits.Organic))
            return Ga4Channels.OrganicSearch;
        return OwnedChannel();
    }

    private readonly ushort PaidChannel(bool isShopping)
    {
        if (isShopping)
            return Ga4Channels.PaidShopping;

        ushort otherwise = Has(MediumTraits.Display) ? Ga4Channels.Display : Ga4Channels.PaidOther;
        return Site switch
        {
            SiteKind.Search => Ga4Channels.PaidSearch,
            SiteKind.Social => Ga4Channels.PaidSocial,
            SiteKind.Video => Ga4Channels.PaidVideo,
            _ => otherwise,
        };
    }

    private readonly ushort OwnedChannel()
    {
        // A mailbox comes before the referral that its host would be.
        if (Site == SiteKind.Email)
            return Ga4Channels.Email;
        if (Has(MediumTraits.Referral))
            return Ga4Channels.Referral;
        if (Has(MediumTraits.Email) || IsEmail(Source))
            return Ga4Channels.Email;
        if (Has(MediumTraits.Affiliate))
            return Ga4Channels.Affiliates;
        if (Has(MediumTraits.Audio))
            return Ga4Channels.Audio;
        if (Has(MediumTraits.Sms) || Source.SequenceEqual("sms"u8))
            return Ga4Channels.Sms;
        if (Has(MediumTraits.Push) || Source.SequenceEqual("firebase"u8))
            return Ga4Channels.MobilePush;
        return Ga4Channels.Unassigned;
    }

    private readonly bool Has(MediumTraits trait) => (Medium & trait) != 0;

    private static bool IsEmail(ReadOnlySpan<byte> source) =>
        source.SequenceEqual("email"u8) || source.SequenceEqual("e-mail"u8)
        || source.SequenceEqual("e_mail"u8) || source.SequenceEqual("e mail"u8);

    /// <summary>
    /// <c>^(.*(([^a-df-z]|^)shop|shopping).*)$</c>: <c>eshop</c> and <c>my-shop</c>, but not <c>workshop</c>.
    /// </summary>
    private static bool NamesAShop(ReadOnlySpan<byte> campaign)
    {
        while (true)
        {
            int at = campaign.IndexOf("shop"u8);
            if (at < 0)
                return false;
            if (at == 0 || campaign[at - 1] == 'e' || campaign[at - 1] is < (byte)'a' or > (byte)'z'
                || campaign[at..].StartsWith("shopping"u8))
            {
                return true;
            }

            // Keeps the p, so that the next one has a letter before it.
            campaign = campaign[(at + 3)..];
        }
    }
}
