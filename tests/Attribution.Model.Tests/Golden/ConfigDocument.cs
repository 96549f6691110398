using System.Text.Json;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Credits;

namespace Attribution.Model.Tests.Golden;

/// <summary>
/// Makes a config of what goldens write of its document; conditions are left out, since goldens state their
/// outcome. Stateless.
/// </summary>
internal static class ConfigDocument
{
    private const long Day = 86_400_000;
    private static readonly AttributionConfig Web = new();

    public static AttributionConfig Parse(string json, IReadOnlyDictionary<CreditModel, IFittedTable> fitted)
    {
        JsonObject root = JsonNode.Parse(json)!.AsObject();
        bool isMmp = (string?)root["profile"] == "mmp";
        JsonObject mmp = Section(root, "mmp");
        JsonObject fraud = Section(root, "fraud");
        JsonObject milestones = Section(root, "milestones");
        PositionWeights[] custom =
        [
            .. (root["custom"]?.AsArray() ?? []).Select(Custom!).OrderBy(w => w.Name, StringComparer.Ordinal),
        ];
        return new AttributionConfig
        {
            Models = Models(root["models"], isMmp, custom),
            CustomWeights = custom,
            ConversionTypes = Texts(root["conversions"], Web.ConversionTypes),
            MaxTouchesPerConversion = (int?)root["max_touches"] ?? 128,
            Windows = Windows(Section(root, "windows"), isMmp),
            StartsAnewAtConversion = (string?)root["journey"] == "since_conversion",
            RequiresSameCurrency = (bool?)root["same_currency"] ?? false,
            DuplicateClickMillis = Millis(Section(root, "duplicates")["click_id"], isMmp ? Day : 0),
            Candidates = new CandidateConfig
            {
                BeforeMillis = Millis(Section(root, "candidates")["before"], 7 * Day),
                AfterMillis = Millis(Section(root, "candidates")["after"], 3_600_000),
            },
            TimeDecay = new TimeDecayConfig
            {
                HalfLifeMillis = Millis(Section(root, "time_decay")["half_life"], 7 * Day),
                StepMillis = Millis(Section(root, "time_decay")["step"], 0),
            },
            PositionBased = Positions(root["position_based"], Web.PositionBased),
            JShaped = Positions(root["j_shaped"], Web.JShaped),
            InverseJ = Positions(root["inverse_j"], Web.InverseJ),
            WShaped = Milestones(root["w_shaped"], Web.WShaped),
            FullPath = Milestones(root["full_path"], Web.FullPath),
            Milestones = new MilestoneConfig
            {
                Lead = Texts(milestones["lead"], []),
                Opportunity = Texts(milestones["opportunity"], []),
            },
            Fraud = new FraudConfig
            {
                MinTimeToInstallMillis = Millis(fraud["min_time_to_install"], 0),
                RejectsInjection = (bool?)fraud["injection"] ?? false,
                MaxClicks = (int?)fraud["max_clicks"] ?? 0,
                MaxClicksWithinMillis = Millis(fraud["max_clicks_within"], 3_600_000),
                RuleNames = [.. (fraud["rules"]?.AsArray() ?? []).Select(rule => (string)rule!["name"]!)],
            },
            Installs = new InstallConfig
            {
                AppliesReinstalls = (bool?)mmp["installs"] ?? isMmp,
                ReattributionMillis = Millis(mmp["reattribution"], 90 * Day),
                InactivityMillis = Millis(mmp["inactivity"], 0),
                ReengagementMillis = Millis(mmp["reengagement"], 30 * Day),
                LifetimeMillis = Millis(mmp["lifetime"], 365 * Day),
            },
            Markov = fitted.GetValueOrDefault(CreditModel.Markov),
            Shapley = fitted.GetValueOrDefault(CreditModel.Shapley),
        };
    }

    /// <summary>The names of the window rules, in their order.</summary>
    public static string[] WindowRules(string json) =>
    [
        .. (JsonNode.Parse(json)!["windows"]?["rules"]?.AsArray() ?? []).Select(rule => (string)rule!["name"]!),
    ];

    private static ModelSpec[] Models(JsonNode? node, bool isMmp, PositionWeights[] custom)
    {
        IReadOnlyList<string> names = Texts(node,
        [
            .. CreditModels.All.Take(6).Select(m => m.Name()), .. isMmp ? ["mmp", "mmp_retargeting"] : (string[])[],
        ]);
        return
        [
            .. CreditModels.All.Where(model => names.Contains(model.Name()))
                .Select(model => new ModelSpec(model.Name(), model)),
            .. custom.Index().Select(c =>
                new ModelSpec(CreditModels.CustomPrefix + c.Item.Name, CreditModel.Custom, c.Index))
                .Where(model => names.Contains(model.Name)),
        ];
    }

    private static WindowConfig Windows(JsonObject windows, bool isMmp)
    {
        WindowSetting setting = Setting(windows, isMmp
            ? new WindowSetting
            {
                Click = 7 * Day,
                View = Day,
                Visit = 7 * Day,
                Referrer = 7 * Day,
                ProbabilisticClick = Day,
            }
            : new WindowSetting());
        return new WindowConfig
        {
            Settings =
            [
                setting,
                .. (windows["rules"]?.AsArray() ?? []).Select((rule, i) =>
                    Setting(rule!.AsObject(), setting with { Path = $"windows.rules[{i}]" })),
            ],
        };
    }

    private static WindowSetting Setting(JsonObject windows, WindowSetting otherwise) => otherwise with
    {
        Click = Millis(windows["click"], otherwise.Click),
        View = Millis(windows["view"], otherwise.View),
        Visit = Millis(windows["visit"], otherwise.Visit),
        Referrer = Millis(windows["referrer"], otherwise.Referrer),
        ProbabilisticClick = Millis(windows["probabilistic_click"], otherwise.ProbabilisticClick),
        ProbabilisticView = Millis(windows["probabilistic_view"], otherwise.ProbabilisticView),
    };

    private static PositionWeights Custom(JsonNode node) => new()
    {
        Name = (string)node["name"]!,
        First = Numbers(node["first"]),
        Rest = (int?)node["rest"] ?? 0,
        Last = Numbers(node["last"]),
    };

    private static PositionWeights Positions(JsonNode? node, PositionWeights otherwise) => new()
    {
        First = [(int?)node?["first"] ?? otherwise.First[0]],
        Rest = (int?)node?["middle"] ?? otherwise.Rest,
        Last = [(int?)node?["last"] ?? otherwise.Last[0]],
    };

    private static MilestoneWeights Milestones(JsonNode? node, MilestoneWeights otherwise) => new()
    {
        First = (int?)node?["first"] ?? otherwise.First,
        Lead = (int?)node?["lead"] ?? otherwise.Lead,
        Opportunity = (int?)node?["opportunity"] ?? otherwise.Opportunity,
        Last = (int?)node?["last"] ?? otherwise.Last,
        Rest = (int?)node?["rest"] ?? otherwise.Rest,
    };

    private static JsonObject Section(JsonObject root, string name) => root[name]?.AsObject() ?? [];

    private static int[] Numbers(JsonNode? node) => [.. (node?.AsArray() ?? []).Select(item => (int)item!)];

    private static IReadOnlyList<string> Texts(JsonNode? node, IReadOnlyList<string> otherwise) =>
        node is null ? otherwise : [.. node.AsArray().Select(item => (string)item!)];

    private static long Millis(JsonNode? node, long otherwise)
    {
        if (node is null)
            return otherwise;
        return Duration.TryParse((string)node!, out long millis) ? millis : throw new JsonException($"{node}");
    }
}
