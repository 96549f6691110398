using System.Globalization;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>Words of the comparison that every format uses. Stateless.</summary>
internal static class WhatIfText
{
    /// <summary>What a change is called in data.</summary>
    public static string Name(ChangeKind kind) => kind switch
    {
        ChangeKind.Same => "same",
        ChangeKind.OtherTouch => "other_touch",
        ChangeKind.Moved => "moved",
        ChangeKind.Appeared => "appeared",
        ChangeKind.Vanished => "vanished",
        _ => "none",
    };

    /// <summary>A flow's end for people.</summary>
    public static string Channel(string channel) =>
        channel == CreditFlows.Nowhere ? "(not counted)" : channel;

    /// <summary>The channels with their parts: <c>Email 40%, Direct 60%</c>; the part only where it is not
    /// the whole.</summary>
    public static string Channels(IReadOnlyList<ChannelCredit> credits) => credits.Count == 0
        ? Channel(CreditFlows.Nowhere)
        : string.Join(", ", CreditFlows.ByChannel(credits, credit => credit.Credit)
            .OrderByDescending(channel => channel.Value)
            .Select(channel => channel.Key + Percent(WhatIfResult.Credit(channel.Value))));

    private static string Percent(decimal credit) =>
        credit == 1 ? "" : credit.ToString(" 0.#%", CultureInfo.InvariantCulture);
}
