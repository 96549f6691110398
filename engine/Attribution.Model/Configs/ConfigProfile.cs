using Attribution.Model.Credits;

namespace Attribution.Model.Configs;

/// <summary>
/// What a config takes where it says nothing, and the ranges of its windows. Immutable: there are two.
/// </summary>
internal sealed record ConfigProfile(AttributionConfig Defaults, WindowRange Window, WindowRange View)
{
    public const long HourMillis = 3_600_000;

    /// <summary>30 days for every kind of touch, and every window may be chosen freely.</summary>
    public static ConfigProfile Web { get; } = new(
        new AttributionConfig(),
        new WindowRange(0, ConfigReader.MaxWindowMillis),
        new WindowRange(0, ConfigReader.MaxWindowMillis));

    /// <summary>What mobile measurement has agreed on.</summary>
    public static ConfigProfile Mmp { get; } = new(
        NewMmpDefaults(),
        new WindowRange(HourMillis, 30 * ConfigReader.DayMillis),
        new WindowRange(HourMillis, ConfigReader.DayMillis));

    public static ConfigProfile? Of(string name) => name switch
    {
        "web" => Web,
        "mmp" => Mmp,
        _ => null,
    };

    private static AttributionConfig NewMmpDefaults()
    {
        var web = new AttributionConfig();
        return new AttributionConfig
        {
            Name = "mmp",
            Models =
            [
                .. web.Models,
                new ModelSpec(CreditModel.Mmp.Name(), CreditModel.Mmp),
                new ModelSpec(CreditModel.MmpRetargeting.Name(), CreditModel.MmpRetargeting),
            ],
            Windows = new WindowConfig
            {
                Settings =
                [
                    new WindowSetting
                    {
                        Click = 7 * ConfigReader.DayMillis,
                        View = ConfigReader.DayMillis,
                        Visit = 7 * ConfigReader.DayMillis,
                        Referrer = 7 * ConfigReader.DayMillis,
                        ProbabilisticClick = ConfigReader.DayMillis,
                    },
                ],
            },
            DuplicateClickMillis = ConfigReader.DayMillis,
            Identity = web.Identity with { LinksClickIds = true },
            Installs = web.Installs with { AppliesReinstalls = true },
        };
    }
}

/// <summary>The shortest and the longest window, both allowed. Milliseconds. A value.</summary>
internal readonly record struct WindowRange(long Min, long Max);
