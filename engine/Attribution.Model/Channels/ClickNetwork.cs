using Attribution.Model.Text;

namespace Attribution.Model.Channels;

/// <summary>What the name of a click id's parameter tells of the click, where nothing else does.</summary>
internal enum ClickNetwork : byte
{
    /// <summary>There is no click id.</summary>
    None = 0,

    /// <summary>There is a click id, under a name that belongs to no network.</summary>
    Unnamed,
    PaidSearch,
    PaidSocial,

    /// <summary>Appended to every link out of a social network, paid or not.</summary>
    Social,
    Display,
    Affiliate,
}

/// <summary>Finds the network of a click id. Stateless.</summary>
internal static class ClickNetworks
{
    private const int MaxNameBytes = 16;

    /// <summary>Parameter, network, and the source that a campaign of that network would name.</summary>
    private static readonly (string Parameter, ClickNetwork Network, byte[] Source)[] Known =
    [
        ("gclid", ClickNetwork.PaidSearch, "google"u8.ToArray()),
        ("gbraid", ClickNetwork.PaidSearch, "google"u8.ToArray()),
        ("wbraid", ClickNetwork.PaidSearch, "google"u8.ToArray()),
        ("msclkid", ClickNetwork.PaidSearch, "bing"u8.ToArray()),
        ("yclid", ClickNetwork.PaidSearch, "yandex"u8.ToArray()),
        ("dclid", ClickNetwork.Display, "google"u8.ToArray()),
        ("fbclid", ClickNetwork.Social, "facebook"u8.ToArray()),
        ("igshid", ClickNetwork.Social, "instagram"u8.ToArray()),
        ("ttclid", ClickNetwork.PaidSocial, "tiktok"u8.ToArray()),
        ("twclid", ClickNetwork.PaidSocial, "twitter"u8.ToArray()),
        ("li_fat_id", ClickNetwork.PaidSocial, "linkedin"u8.ToArray()),
        ("sccid", ClickNetwork.PaidSocial, "snapchat"u8.ToArray()),
        ("rdt_cid", ClickNetwork.PaidSocial, "reddit"u8.ToArray()),
        ("epik", ClickNetwork.PaidSocial, "pinterest"u8.ToArray()),
        ("irclickid", ClickNetwork.Affiliate, "impact"u8.ToArray()),
    ];

    private static readonly Utf8Map ByParameter =
        new([.. Known.Select((known, index) => KeyValuePair.Create(known.Parameter, index))]);

    /// <param name="parameter">
    /// The name of the parameter that carried the click id, in any case; may be empty.
    /// </param>
    /// <param name="source">Empty where the parameter belongs to no network.</param>
    public static ClickNetwork Of(ReadOnlySpan<byte> parameter, out ReadOnlySpan<byte> source)
    {
        int index = parameter.Length > MaxNameBytes
            ? -1
            : ByParameter.Find(AsciiCase.ToLower(parameter, stackalloc byte[MaxNameBytes]));
        source = index < 0 ? default : Known[index].Source;
        return index < 0 ? ClickNetwork.Unnamed : Known[index].Network;
    }
}
