using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Credits;

namespace Attribution.Engine.Tests.Workers.Support;

/// <summary>Configs that ask for what the web profile does not. Immutable.</summary>
internal static class Configs
{
    public const long Hour = 3_600_000;
    public const long Day = 24 * Hour;

    /// <summary>Mobile measurement: installs, reinstalls, matches by address and device.</summary>
    public static AttributionConfig Mmp { get; } = new()
    {
        Name = "mmp",
        Models = Models(
            CreditModel.First, CreditModel.Last, CreditModel.Linear, CreditModel.Mmp,
            CreditModel.MmpRetargeting),
        Windows = new WindowConfig { Settings = [Mobile] },
        DuplicateClickMillis = Day,
        Identity = new IdentityConfig { LinksClickIds = true },
        Installs = new InstallConfig
        {
            AppliesReinstalls = true,
            ReattributionMillis = 8 * Day,
            Retargeting = Retargeting,
        },
    };

    /// <summary>
    /// Every rule at once, with windows so short that all their edges lie within a small world. What reaches
    /// furthest is an install: 6 days after it its source still earns, and that is 3 days older at most.
    /// </summary>
    public static AttributionConfig Everything { get; } = new()
    {
        Name = "everything",
        Models = Models(
            [.. CreditModels.All.Where(m => m is not (CreditModel.Markov or CreditModel.Shapley))]),
        Windows = new WindowConfig
        {
            Settings =
            [
                Mobile with
                {
                    Click = 3 * Day,
                    View = 2 * Day,
                    Visit = 3 * Day,
                    Referrer = Day,
                    ProbabilisticView = 6 * Hour,
                },
            ],
        },
        StartsAnewAtConversion = true,
        RequiresSameCurrency = true,
        DuplicateClickMillis = 12 * Hour,
        Candidates = new CandidateConfig { BeforeMillis = Day, AfterMillis = 2 * Hour },
        Identity = new IdentityConfig { LinksClickIds = true },
        Installs = new InstallConfig
        {
            AppliesReinstalls = true,
            ReattributionMillis = 4 * Day,
            InactivityMillis = Day,
            ReengagementMillis = 2 * Day,
            LifetimeMillis = 6 * Day,
            Retargeting = Retargeting,
        },
        Fraud = new FraudConfig
        {
            MinTimeToInstallMillis = 60_000,
            MaxClicks = 4,
            MaxClicksWithinMillis = 6 * Hour,
        },
        Milestones = new MilestoneConfig { Lead = ["lead"], Opportunity = ["demo"] },
    };

    private static Condition? Retargeting => AttributionConfig.Parse(
        "{\"mmp\":{\"retargeting\":{\"field\":\"campaign\",\"equals\":\"campaign-1\"}}}"u8)
        .Installs.Retargeting;

    private static WindowSetting Mobile => new()
    {
        Click = 7 * Day,
        View = Day,
        Visit = 7 * Day,
        Referrer = 7 * Day,
        ProbabilisticClick = Day,
    };

    public static AttributionConfig Named(string name) => name switch
    {
        "web" => AttributionConfig.Web,
        "mmp" => Mmp,
        _ => Everything,
    };

    private static ModelSpec[] Models(params CreditModel[] kinds) =>
        [.. kinds.Order().Select(kind => new ModelSpec(kind.Name(), kind))];
}
