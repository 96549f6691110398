using System.Text;
using System.Text.Json;

namespace Attribution.Model.Configs;

/// <summary>Reads identity, installs and fraud. Stateless.</summary>
internal static class SectionReader
{
    private const int MaxIgnored = 256;
    private const int MaxIgnoredBytes = 64;

    public static IdentityConfig ReadIdentity(ConfigSection identity, IdentityConfig defaults)
    {
        var config = new IdentityConfig
        {
            LinksClickIds = identity.Flag("click_ids", defaults.LinksClickIds),
            LinksReferrerIds = identity.Flag("referrer_ids", defaults.LinksReferrerIds),
            Ignore = ReadIgnored(identity, defaults.Ignore),
            MaxIdsPerPerson = (int)identity.Integer("max_ids", defaults.MaxIdsPerPerson, 2, 4096),
        };
        identity.RefuseOthers("click_ids, ignore, max_ids or referrer_ids");
        return config;
    }

    public static InstallConfig ReadInstalls(ConfigSection mmp, InstallConfig defaults)
    {
        const long Day = ConfigReader.DayMillis;
        var config = new InstallConfig
        {
            AppliesReinstalls = mmp.Flag("installs", defaults.AppliesReinstalls),
            Types = mmp.Types("install_types", defaults.Types),
            ReattributionMillis =
                mmp.Millis("reattribution", defaults.ReattributionMillis, 30 * Day, 730 * Day),
            InactivityMillis = mmp.Millis("inactivity", defaults.InactivityMillis, 0, 30 * Day),
            ReengagementMillis = mmp.Millis("reengagement", defaults.ReengagementMillis, Day, 90 * Day),
            LifetimeMillis = mmp.Millis("lifetime", defaults.LifetimeMillis, Day, 730 * Day),
            Retargeting = mmp.OptionalCondition("retargeting"),
        };
        mmp.RefuseOthers(
            "inactivity, install_types, installs, lifetime, reattribution, reengagement or retargeting");
        return config;
    }

    public static FraudConfig ReadFraud(ConfigSection fraud, FraudConfig defaults)
    {
        NamedRule[] rules = RuleReader.ReadFraud(fraud);
        var config = new FraudConfig
        {
            MinTimeToInstallMillis = fraud.Millis(
                "min_time_to_install", defaults.MinTimeToInstallMillis, 0, ConfigProfile.HourMillis),
            MaxClicks = (int)fraud.Integer("max_clicks", defaults.MaxClicks, 0, 1000),
            MaxClicksWithinMillis = fraud.Millis(
                "max_clicks_within", defaults.MaxClicksWithinMillis, 1000, 7 * ConfigReader.DayMillis),
            RejectsInjection = fraud.Flag("injection", defaults.RejectsInjection),
            Rules = rules,
            RuleNames = [.. rules.Select(rule => rule.Name)],
        };
        fraud.RefuseOthers("injection, max_clicks, max_clicks_within, min_time_to_install or rules");
        return config;
    }

    /// <summary>In lower case and sorted, as ids are compared; the same id twice is once.</summary>
    private static IReadOnlyList<string> ReadIgnored(ConfigSection identity, IReadOnlyList<string> defaults)
    {
        if (!identity.TryTake("ignore", out JsonElement element))
            return defaults;

        var ids = new SortedSet<string>(StringComparer.Ordinal);
        bool isValid = element.ValueKind == JsonValueKind.Array && element.GetArrayLength() <= MaxIgnored;
        foreach (JsonElement item in isValid ? element.EnumerateArray() : [])
        {
            isValid &= ConfigSection.TryGetText(item, out string id) && id.Length > 0
                && Encoding.UTF8.GetByteCount(id) <= MaxIgnoredBytes;
            ids.Add(ToLower(id));
        }

        if (isValid)
            return [.. ids];

        identity.Refuse("ignore", element, "an array of at most 256 ids of 1 to 64 bytes");
        return defaults;
    }

    private static string ToLower(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
}
