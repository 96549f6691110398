using System.Text.Json.Nodes;
using Attribution.Model.Channels;

namespace Attribution.Model.Configs;

/// <summary>Writes a config as a whole document, every section filled in. Stateless.</summary>
internal static class ConfigWriter
{
    public const string Window = "window";
    public const string SinceConversion = "since_conversion";
    public const string NoGrouping = "none";

    public static JsonObject Of(AttributionConfig config) => new()
    {
        ["version"] = 1,
        ["name"] = config.Name,
        ["models"] = ToArray(config.Models.Select(model => model.Name)),
        ["conversions"] = ToArray(config.ConversionTypes),
        ["touches"] = new JsonObject
        {
            ["click"] = ToArray(config.ClickTypes),
            ["view"] = ToArray(config.ViewTypes),
            ["visit"] = ToArray(config.VisitTypes),
            ["open"] = ToArray(config.OpenTypes),
            ["referrer"] = ToArray(config.ReferrerTypes),
        },
        ["windows"] = OfWindows(config.Windows),
        ["max_touches"] = config.MaxTouchesPerConversion,
        ["journey"] = JourneyName(config),
        ["same_currency"] = config.RequiresSameCurrency,
        ["duplicates"] = new JsonObject { ["click_id"] = Duration.Format(config.DuplicateClickMillis) },
        ["candidates"] = new JsonObject
        {
            ["before"] = Duration.Format(config.Candidates.BeforeMillis),
            ["after"] = Duration.Format(config.Candidates.AfterMillis),
        },
        ["time_decay"] = new JsonObject
        {
            ["half_life"] = Duration.Format(config.TimeDecay.HalfLifeMillis),
            ["step"] = Duration.Format(config.TimeDecay.StepMillis),
        },
        ["position_based"] = OfThree(config.PositionBased),
        ["j_shaped"] = OfThree(config.JShaped),
        ["inverse_j"] = OfThree(config.InverseJ),
        ["w_shaped"] = OfMilestones(config.WShaped, hasLast: false),
        ["full_path"] = OfMilestones(config.FullPath, hasLast: true),
        ["custom"] = new JsonArray([.. config.CustomWeights.Select(OfCustom)]),
        ["milestones"] = new JsonObject
        {
            ["lead"] = ToArray(config.Milestones.Lead),
            ["opportunity"] = ToArray(config.Milestones.Opportunity),
        },
        ["identity"] = new JsonObject
        {
            ["click_ids"] = config.Identity.LinksClickIds,
            ["referrer_ids"] = config.Identity.LinksReferrerIds,
            ["ignore"] = ToArray(config.Identity.Ignore),
            ["max_ids"] = config.Identity.MaxIdsPerPerson,
        },
        ["channels"] = new JsonObject
        {
            ["grouping"] = GroupingName(config.Grouping),
            ["rules"] = new JsonArray([.. config.Grouping.Rules.Select(OfChannelRule)]),
        },
        ["campaigns"] = new JsonObject
        {
            ["rules"] = new JsonArray([.. config.CampaignRules.Select(OfCampaignRule)]),
        },
        ["fraud"] = OfFraud(config.Fraud),
        ["mmp"] = OfInstalls(config.Installs),
        ["fitted"] = OfFitted(config),
    };

    public static string JourneyName(AttributionConfig config) =>
        config.StartsAnewAtConversion ? SinceConversion : Window;

    public static string GroupingName(ChannelConfig channels) =>
        channels.HasGa4 ? Ga4Channels.GroupingName : NoGrouping;

    /// <summary>A channel's rule as a config writes it.</summary>
    public static JsonNode OfChannelRule(ChannelRule rule) =>
        new JsonObject { ["channel"] = rule.Channel, ["when"] = rule.When.ToJson() };

    private static JsonObject OfWindows(WindowConfig windows)
    {
        JsonObject document = OfSetting(windows.Settings[0]);
        var rules = new JsonArray();
        for (int i = 0; i < windows.Rules.Count; i++)
        {
            JsonObject rule = OfSetting(windows.Settings[i + 1]);
            rule["name"] = windows.Rules[i].Name;
            rule["when"] = windows.Rules[i].When.ToJson();
            rules.Add((JsonNode)rule);
        }

        document["rules"] = rules;
        return document;
    }

    private static JsonObject OfSetting(WindowSetting setting) => new()
    {
        ["click"] = Duration.Format(setting.Click),
        ["view"] = Duration.Format(setting.View),
        ["visit"] = Duration.Format(setting.Visit),
        ["referrer"] = Duration.Format(setting.Referrer),
        ["probabilistic_click"] = Duration.Format(setting.ProbabilisticClick),
        ["probabilistic_view"] = Duration.Format(setting.ProbabilisticView),
    };

    private static JsonObject OfThree(PositionWeights weights) => new()
    {
        ["first"] = weights.First[0],
        ["middle"] = weights.Rest,
        ["last"] = weights.Last[0],
    };

    private static JsonObject OfMilestones(MilestoneWeights weights, bool hasLast)
    {
        var document = new JsonObject
        {
            ["first"] = weights.First,
            ["lead"] = weights.Lead,
            ["opportunity"] = weights.Opportunity,
            ["rest"] = weights.Rest,
        };
        if (hasLast)
            document["last"] = weights.Last;
        return document;
    }

    private static JsonNode OfCustom(PositionWeights weights) => new JsonObject
    {
        ["name"] = weights.Name,
        ["first"] = new JsonArray([.. weights.First.Select(weight => JsonValue.Create(weight))]),
        ["rest"] = weights.Rest,
        ["last"] = new JsonArray([.. weights.Last.Select(weight => JsonValue.Create(weight))]),
    };

    private static JsonNode OfCampaignRule(CampaignRule rule)
    {
        var document = new JsonObject
        {
            ["name"] = rule.Name,
            ["when"] = rule.When.ToJson(),
            ["campaign"] = rule.Campaign,
            ["overwrite"] = rule.Overwrites,
        };
        if (rule.Source is not null)
            document["source"] = rule.Source;
        if (rule.Medium is not null)
            document["medium"] = rule.Medium;
        return document;
    }

    private static JsonObject OfFraud(FraudConfig fraud) => new()
    {
        ["min_time_to_install"] = Duration.Format(fraud.MinTimeToInstallMillis),
        ["max_clicks"] = fraud.MaxClicks,
        ["max_clicks_within"] = Duration.Format(fraud.MaxClicksWithinMillis),
        ["injection"] = fraud.RejectsInjection,
        ["rules"] = new JsonArray([.. fraud.Rules.Select(rule => new JsonObject
        {
            ["name"] = rule.Name,
            ["when"] = rule.When.ToJson(),
        })]),
    };

    private static JsonObject OfInstalls(InstallConfig installs) => new()
    {
        ["installs"] = installs.AppliesReinstalls,
        ["install_types"] = ToArray(installs.Types),
        ["reattribution"] = Duration.Format(installs.ReattributionMillis),
        ["inactivity"] = Duration.Format(installs.InactivityMillis),
        ["reengagement"] = Duration.Format(installs.ReengagementMillis),
        ["lifetime"] = Duration.Format(installs.LifetimeMillis),
        ["retargeting"] = installs.Retargeting?.ToJson(),
    };

    private static JsonObject OfFitted(AttributionConfig config)
    {
        var document = new JsonObject();
        if (config.Markov is { } markov)
            document["markov"] = markov.Hash;
        if (config.Shapley is { } shapley)
            document["shapley"] = shapley.Hash;
        return document;
    }

    private static JsonArray ToArray(IEnumerable<string> items) =>
        [.. items.Select(item => JsonValue.Create(item))];
}
