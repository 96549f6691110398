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

    private static readonly Utf8Map ByParameter = new(new Dictionary<string, int>
    {
        ["gclid"] = (int)ClickNetwork.PaidSearch,
        ["gbraid"] = (int)ClickNetwork.PaidSearch,
        ["wbraid"] = (int)ClickNetwork.PaidSearch,
        ["msclkid"] = (int)ClickNetwork.PaidSearch,
        ["yclid"] = (int)ClickNetwork.PaidSearch,
        ["dclid"] = (int)ClickNetwork.Display,
        ["fbclid"] = (int)ClickNetwork.Social,
        ["igshid"] = (int)ClickNetwork.Social,
        ["ttclid"] = (int)ClickNetwork.PaidSocial,
        ["twclid"] = (int)ClickNetwork.PaidSocial,
        ["li_fat_id"] = (int)ClickNetwork.PaidSocial,
        ["sccid"] = (int)ClickNetwork.PaidSocial,
        ["rdt_cid"] = (int)ClickNetwork.PaidSocial,
        ["epik"] = (int)ClickNetwork.PaidSocial,
        ["irclickid"] = (int)ClickNetwork.Affiliate,
    });

    /// <param name="parameter">
    /// The name of the parameter that carried the click id, in any case; may be empty.
    /// </param>
    public static ClickNetwork Of(ReadOnlySpan<byte> parameter)
    {
        if (parameter.Length > MaxNameBytes)
            return ClickNetwork.Unnamed;

        int network = ByParameter.Find(AsciiCase.ToLower(parameter, stackalloc byte[MaxNameBytes]));
        return network < 0 ? ClickNetwork.Unnamed : (ClickNetwork)network;
    }
}
