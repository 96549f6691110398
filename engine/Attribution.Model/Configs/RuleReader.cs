using System.Text;
using Attribution.Model.Channels;
using Attribution.Model.Conditions;

namespace Attribution.Model.Configs;

/// <summary>Reads the ordered rules of channels, campaigns and fraud. Stateless.</summary>
internal static class RuleReader
{
    private const int MaxChannelRules = 128;
    private const int MaxCampaignRules = 512;
    private const int MaxFraudRules = 64;
    private const int MaxChannelBytes = 64;
    private const int MaxTextBytes = 512;
    private const string NameExpected = "a name of 1 to 32 of a-z, 0-9, '_' and '-' that none before it has";
    private const string TextExpected = "a string of 1 to 512 bytes";

    public static ChannelConfig ReadGrouping(ConfigSection channels, ChannelConfig defaults)
    {
        string grouping = channels.Text(
            "grouping", ConfigWriter.GroupingName(defaults),
            name => name is Ga4Channels.GroupingName or ConfigWriter.NoGrouping,
            $"\"{Ga4Channels.GroupingName}\" or \"{ConfigWriter.NoGrouping}\"");
        ChannelRule[] rules = ReadChannels(channels);
        channels.RefuseOthers("grouping or rules");
        return new ChannelConfig
        {
            HasGa4 = grouping == Ga4Channels.GroupingName,
            Rules = rules,
            Names = Ga4Channels.NamesWith(rules),
        };
    }

    public static ChannelRule[] ReadChannels(ConfigSection channels)
    {
        var rules = new List<ChannelRule>();
        foreach (ConfigSection section in channels.Sections("rules", MaxChannelRules))
        {
            string channel = section.RequiredText(
                "channel", IsChannel, "a name of 1 to 64 bytes without blanks around it, not Unattributed");
            Condition? when = section.Condition("when");
            section.RefuseOthers("channel or when");
            if (when is not null)
                rules.Add(new ChannelRule(channel, when));
        }

        return [.. rules];
    }

    public static CampaignRule[] ReadCampaigns(ConfigSection campaigns)
    {
        var rules = new List<CampaignRule>();
        var names = new HashSet<string>();
        foreach (ConfigSection section in campaigns.Sections("rules", MaxCampaignRules))
        {
            string name = ReadName(section, names);
            names.Add(name);
            string campaign = section.RequiredText("campaign", IsText, TextExpected);
            string source = section.Text("source", "", IsText, TextExpected);
            string medium = section.Text("medium", "", IsText, TextExpected);
            bool overwrites = section.Flag("overwrite", false);
            Condition? when = section.Condition("when");
            section.RefuseOthers("campaign, medium, name, overwrite, source or when");
            if (when is not null)
                rules.Add(new CampaignRule(name, when, campaign, OrNull(source), OrNull(medium), overwrites));
        }

        campaigns.RefuseOthers("rules");
        return [.. rules];
    }

    public static NamedRule[] ReadFraud(ConfigSection fraud)
    {
        var rules = new List<NamedRule>();
        foreach (ConfigSection section in fraud.Sections("rules", MaxFraudRules))
        {
            string name = ReadName(section, rules.Select(rule => rule.Name));
            Condition? when = section.Condition("when");
            section.RefuseOthers("name or when");
            if (when is not null)
                rules.Add(new NamedRule(name, when));
        }

        return [.. rules];
    }

    public static string ReadName(ConfigSection section, IEnumerable<string> before) =>
        section.RequiredText(
            "name", name => ConfigReader.IsRuleName(name) && !before.Contains(name), NameExpected);

    private static bool IsChannel(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxChannelBytes
        && name != Ga4Channels.UnattributedName && !name.Any(char.IsControl) && name.Trim() == name;

    private static bool IsText(string text) =>
        text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxTextBytes;

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
