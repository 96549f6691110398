using System.Text;
using Attribution.Model.Channels;
using Attribution.Model.Conditions;

namespace Attribution.Model.Configs;

/// <summary>Reads ordered rules that name channels. Stateless.</summary>
internal static class ChannelReader
{
    private const int MaxRules = 128;
    private const int MaxNameBytes = 64;

    public static ChannelRule[] ReadRules(ConfigSection channels)
    {
        var rules = new List<ChannelRule>();
        foreach (ConfigSection rule in channels.Sections("rules", MaxRules))
        {
            string channel = rule.RequiredText("channel", IsChannel, "a name of 1 to 64 bytes, not Unattributed");
            Condition? when = rule.Condition("when");
            rule.RefuseOthers("channel or when");
            if (when is not null)
                rules.Add(new ChannelRule(channel, when));
        }

        return [.. rules];
    }

    private static bool IsChannel(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
        && name != Ga4Channels.UnattributedName && !name.Any(char.IsControl) && name.Trim() == name;
}
