using System.Text;
using System.Text.Json;
using Attribution.Model.Configs;

namespace Attribution.Model.Channels;

/// <summary>The channels of GA4's default channel group, and one of our own at the end. Immutable.</summary>
internal static class Ga4Channels
{
    /// <summary>
    /// Stands in a config and so in its hash: a change of rules or of the site list needs a new name.
    /// </summary>
    public const string GroupingName = "ga4.1";

    public const ushort Direct = 0;
    public const ushort CrossNetwork = 1;
    public const ushort PaidShopping = 2;
    public const ushort PaidSearch = 3;
    public const ushort PaidSocial = 4;
    public const ushort PaidVideo = 5;
    public const ushort Display = 6;
    public const ushort PaidOther = 7;
    public const ushort OrganicShopping = 8;
    public const ushort OrganicSocial = 9;
    public const ushort OrganicVideo = 10;
    public const ushort OrganicSearch = 11;
    public const ushort Referral = 12;
    public const ushort Email = 13;
    public const ushort Affiliates = 14;
    public const ushort Audio = 15;
    public const ushort Sms = 16;
    public const ushort MobilePush = 17;
    public const ushort Unassigned = 18;

    /// <summary>
    /// No channel of a touch: it stands on a conversion that no touch earned. Always the last of a config's
    /// channels, behind those that its own rules name.
    /// </summary>
    public const string UnattributedName = "Unattributed";

    private const string Resource = "Attribution.Model.Channels.ga4.json";

    /// <summary>
    /// The channels that touches of any config may have; the index is the channel's number.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Direct", "Cross-network", "Paid Shopping", "Paid Search", "Paid Social", "Paid Video", "Display",
        "Paid Other", "Organic Shopping", "Organic Social", "Organic Video", "Organic Search", "Referral",
        "Email", "Affiliates", "Audio", "SMS", "Mobile Push Notifications", "Unassigned",
    ];

    /// <summary>
    /// The grouping as rules; a touch that fulfils none is unassigned.
    /// <see cref="TrafficSource.ToChannel"/> is their compiled form.
    /// </summary>
    public static IReadOnlyList<ChannelRule> Rules => LazyRules.Value;

    private static Lazy<IReadOnlyList<ChannelRule>> LazyRules { get; } = new(ReadRules);

    /// <summary>All channels of a config: those of the grouping, its own rules' new ones, none.</summary>
    public static IReadOnlyList<string> NamesWith(IEnumerable<ChannelRule> own) =>
        [.. Names.Concat(own.Select(rule => rule.Channel)).Distinct(), UnattributedName];

    /// <summary>The file as it was built in.</summary>
    public static string ReadResource()
    {
        using Stream stream = typeof(Ga4Channels).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not built in.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static ChannelRule[] ReadRules()
    {
        var errors = new List<ConfigError>();
        using JsonDocument document = JsonDocument.Parse(ReadResource());
        var root = new ConfigSection(document.RootElement, "", errors);
        ChannelRule[] rules = RuleReader.ReadChannels(root);
        root.RefuseOthers("rules");
        return errors.Count == 0 ? rules : throw new ConfigException(errors);
    }
}
