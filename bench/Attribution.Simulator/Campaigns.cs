namespace Attribution.Simulator;

/// <summary>
/// The campaigns of the simulated world. Persons of high intent see more of retargeting, coupons and brand
/// search: those look better than they are, which is what an attribution model is tested on. Constants;
/// shared.
/// </summary>
internal static class Campaigns
{
    public const int Direct = 0;

    public static readonly Campaign[] All = Build();

    /// <summary>The campaign of the push messages that installed apps receive.</summary>
    public static readonly int Push = Array.FindIndex(All, c => c.Form == CampaignForm.Open);

    private static readonly byte[] LowIntent = Wheel(c => c.Weight.Low);
    private static readonly byte[] HighIntent = Wheel(c => c.Weight.High);

    public static int Draw(ref SplitMix random, bool isHighIntent)
    {
        byte[] wheel = isHighIntent ? HighIntent : LowIntent;
        return wheel[random.Below(wheel.Length)];
    }

    private static byte[] Wheel(Func<Campaign, int> weight) =>
        [.. All.SelectMany((campaign, i) => Enumerable.Repeat((byte)i, weight(campaign)))];

    private static Campaign[] Build() =>
    [
        .. Earned().Select(c => c.Built()),
        .. Paid().Select(c => c.Built()),
        .. Owned().Select(c => c.Built()),
    ];

    private static Campaign[] Earned() =>
    [
        new() { Channel = "Direct", Form = CampaignForm.Visit, Weight = (14, 22) },
        new()
        {
            Channel = "Organic Search", Form = CampaignForm.Visit, Weight = (14, 9),
            Referrer = "https://www.google.com/",
        },
        new()
        {
            Channel = "Organic Search", Form = CampaignForm.Visit, Weight = (3, 2),
            Referrer = "https://www.bing.com/search?q=running+shoes",
        },
        new()
        {
            Channel = "Organic Social", Form = CampaignForm.Visit, Weight = (4, 2),
            Referrer = "https://www.reddit.com/r/running/",
        },
        new()
        {
            Channel = "Referral", Form = CampaignForm.Visit, Weight = (4, 2),
            Referrer = "https://trails.example/shoes-of-the-year",
        },
    ];

    private static Campaign[] Paid() =>
    [
        new()
        {
            Channel = "Paid Search", Form = CampaignForm.Click, Weight = (4, 14),
            Source = "google", Medium = "cpc", Name = "brand_search", ClickIdName = "gclid",
        },
        new()
        {
            Channel = "Paid Search", Form = CampaignForm.Click, Weight = (8, 4),
            Source = "google", Medium = "cpc", Name = "generic_running",
            Term = "running shoes", ClickIdName = "gclid",
        },
        new()
        {
            Channel = "Paid Search", Form = CampaignForm.Click, Weight = (2, 2),
            Source = "bing", Medium = "cpc", Name = "bing_generic",
            Term = "\"trail\" shoes", ClickIdName = "msclkid",
        },
        new() { Channel = "Paid Search", Form = CampaignForm.Visit, Weight = (3, 2), ClickIdName = "gclid" },
        new()
        {
            Channel = "Paid Shopping", Form = CampaignForm.Click, Weight = (4, 3),
            Source = "google", Medium = "cpc", Name = "shopping_feed", ClickIdName = "gclid",
        },
        new()
        {
            Channel = "Paid Social", Form = CampaignForm.Click, Weight = (10, 3),
            Source = "facebook", Medium = "paid_social", Name = "prospecting_eu", Content = "video_a",
            ClickIdName = "fbclid",
        },
        new()
        {
            Channel = "Paid Social", Form = CampaignForm.Click, Weight = (5, 2),
            Source = "instagram", Medium = "cpc", Name = "spring sale",
            Content = "carousel/2", ClickIdName = "fbclid",
        },
        new()
        {
            Channel = "Paid Social", Form = CampaignForm.Click, Weight = (5, 1),
            Source = "tiktok", Medium = "paid_social", Name = "creator_week", ClickIdName = "ttclid",
        },
        new()
        {
            Channel = "Display", Form = CampaignForm.View, Weight = (8, 2),
            Source = "dv360", Medium = "display", Name = "awareness_banner", Content = "300x250",
        },
        new()
        {
            Channel = "Display", Form = CampaignForm.View, Weight = (2, 12),
            Source = "criteo", Medium = "display", Name = "retargeting_basket", Content = "dynamic",
        },
        new()
        {
            Channel = "Paid Video", Form = CampaignForm.View, Weight = (5, 2),
            Source = "youtube", Medium = "cpv", Name = "spot_15s",
        },
        new()
        {
            Channel = "Audio", Form = CampaignForm.Click, Weight = (1, 1),
            Source = "podcast", Medium = "audio", Name = "host_read",
        },
        new()
        {
            Channel = "Affiliates", Form = CampaignForm.Click, Weight = (2, 12),
            Source = "awin", Medium = "affiliate", Name = "coupon_partner",
        },
    ];

    private static Campaign[] Owned() =>
    [
        new()
        {
            Channel = "Email", Form = CampaignForm.Click, Weight = (4, 8),
            Source = "newsletter", Medium = "email", Name = "weekly_digest",
        },
        new()
        {
            Channel = "Email", Form = CampaignForm.Click, Weight = (1, 2),
            Source = "newsletter", Medium = "email", Name = "été_nouveautés",
        },
        new()
        {
            Channel = "SMS", Form = CampaignForm.Click, Weight = (1, 2),
            Source = "sms", Medium = "sms", Name = "flash_offer",
        },
        new()
        {
            Channel = "Mobile Push Notifications", Form = CampaignForm.Open, Weight = (0, 0),
            Source = "app", Medium = "push", Name = "basket_reminder",
        },
    ];
}
