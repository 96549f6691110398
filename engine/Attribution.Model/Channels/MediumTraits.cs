using Attribution.Model.Text;

namespace Attribution.Model.Channels;

/// <summary>Which of the grouping's conditions on the medium hold.</summary>
[Flags]
internal enum MediumTraits
{
    None = 0,

    /// <summary><c>^(.*cp.*|ppc|retargeting|paid.*)$</c></summary>
    Paid = 1,
    Display = 2,
    Social = 4,

    /// <summary>Contains <c>video</c>.</summary>
    Video = 8,
    Organic = 16,
    Referral = 32,
    Email = 64,
    Affiliate = 128,
    Audio = 256,
    Sms = 512,

    /// <summary>Ends with <c>push</c>, or contains <c>mobile</c> or <c>notification</c>.</summary>
    Push = 1024,
}

/// <summary>Reads <see cref="MediumTraits"/> from a medium. Stateless.</summary>
internal static class MediumWords
{
    private static readonly Utf8Map Exact = new(new Dictionary<string, int>
    {
        ["ppc"] = (int)MediumTraits.Paid,
        ["retargeting"] = (int)MediumTraits.Paid,
        ["display"] = (int)MediumTraits.Display,
        ["banner"] = (int)MediumTraits.Display,
        ["expandable"] = (int)MediumTraits.Display,
        ["interstitial"] = (int)MediumTraits.Display,
        ["cpm"] = (int)MediumTraits.Display,
        ["social"] = (int)MediumTraits.Social,
        ["social-network"] = (int)MediumTraits.Social,
        ["social-media"] = (int)MediumTraits.Social,
        ["sm"] = (int)MediumTraits.Social,
        ["social network"] = (int)MediumTraits.Social,
        ["social media"] = (int)MediumTraits.Social,
        ["organic"] = (int)MediumTraits.Organic,
        ["referral"] = (int)MediumTraits.Referral,
        ["app"] = (int)MediumTraits.Referral,
        ["link"] = (int)MediumTraits.Referral,
        ["email"] = (int)MediumTraits.Email,
        ["e-mail"] = (int)MediumTraits.Email,
        ["e_mail"] = (int)MediumTraits.Email,
        ["e mail"] = (int)MediumTraits.Email,
        ["affiliate"] = (int)MediumTraits.Affiliate,
        ["affiliates"] = (int)MediumTraits.Affiliate,
        ["audio"] = (int)MediumTraits.Audio,
        ["sms"] = (int)MediumTraits.Sms,
    });

    /// <param name="medium">In lower case.</param>
    public static MediumTraits TraitsOf(ReadOnlySpan<byte> medium)
    {
        if (medium.IsEmpty)
            return MediumTraits.None;

        int exact = Exact.Find(medium);
        MediumTraits traits = exact < 0 ? MediumTraits.None : (MediumTraits)exact;
        if (medium.StartsWith("paid"u8) || medium.IndexOf("cp"u8) >= 0)
            traits |= MediumTraits.Paid;
        if (medium.IndexOf("video"u8) >= 0)
            traits |= MediumTraits.Video;
        if (medium.EndsWith("push"u8) || medium.IndexOf("mobile"u8) >= 0
            || medium.IndexOf("notification"u8) >= 0)
        {
            traits |= MediumTraits.Push;
        }

        return traits;
    }
}
