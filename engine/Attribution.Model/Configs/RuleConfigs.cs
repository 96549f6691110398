using Attribution.Model.Channels;
using Attribution.Model.Conditions;

namespace Attribution.Model.Configs;

/// <summary>Which ids make two events one person's. Immutable.</summary>
public sealed record IdentityConfig
{
    /// <summary>Ids that say nothing, in lower case and sorted: an event's id that is one of them is none.
    /// </summary>
    public IReadOnlyList<string> Ignore { get; init; } =
    [
        "(not set)", "-", "0", "00000000-0000-0000-0000-000000000000", "[object object]", "anonymous",
        "default", "false", "guest", "n/a", "na", "nan", "nil", "none", "null", "test", "true", "undefined",
        "unknown", "user",
    ];

    /// <summary>Whether the same click id on two events makes them one person's.</summary>
    public bool LinksClickIds { get; init; }

    /// <summary>Whether ids inside an install referrer (<c>anonymous_id</c>, <c>user_id</c>) link.</summary>
    public bool LinksReferrerIds { get; init; } = true;

    /// <summary>Ids one person may have; a link that would make more is refused and counted.</summary>
    public int MaxIdsPerPerson { get; init; } = 256;
}

/// <summary>Rules for installs as mobile measurement has them. Milliseconds. Immutable.</summary>
public sealed record InstallConfig
{
    /// <summary>Whether a person's second install within the re-attribution window is a reinstall.</summary>
    public bool AppliesReinstalls { get; init; }

    /// <summary>Event types that are installs; sorted.</summary>
    public IReadOnlyList<string> Types { get; init; } = ["install"];

    /// <summary>From the first install: a later one is no new install; one exactly that late is none.
    /// </summary>
    public long ReattributionMillis { get; init; } = 90 * ConfigReader.DayMillis;

    /// <summary>How long the app must have been closed before a re-engagement; 0 for any time.</summary>
    public long InactivityMillis { get; init; }

    /// <summary>From the opening that a retargeting touch led to: conversions count for it too.</summary>
    public long ReengagementMillis { get; init; } = 30 * ConfigReader.DayMillis;

    /// <summary>How long an install's source earns the conversions that follow it.</summary>
    public long LifetimeMillis { get; init; } = 365 * ConfigReader.DayMillis;

    /// <summary>Which touches speak to persons who have the app already; null for none.</summary>
    public Condition? Retargeting { get; init; }
}

/// <summary>When a touch is rejected as fraud. Immutable.</summary>
public sealed record FraudConfig
{
    /// <summary>A touch less than this before an install is rejected; 0 for none.</summary>
    public long MinTimeToInstallMillis { get; init; }

    /// <summary>A click between an install's beginning (its referrer says) and its first opening is rejected.
    /// </summary>
    public bool RejectsInjection { get; init; }

    /// <summary>More clicks than this within <see cref="MaxClicksWithinMillis"/> are rejected; 0 for any.
    /// </summary>
    public int MaxClicks { get; init; }
    public long MaxClicksWithinMillis { get; init; } = 3_600_000;

    /// <summary>The config's own rules, in order; the first that holds decides.</summary>
    public IReadOnlyList<NamedRule> Rules { get; init; } = [];

    /// <summary>Names of the rules; <see cref="Journeys.Touch.FraudRule"/> is 1 + index.</summary>
    public IReadOnlyList<string> RuleNames { get; init; } = [];
}

/// <summary>Which rejected touches the evidence shows. Milliseconds. Immutable.</summary>
public sealed record CandidateConfig
{
    /// <summary>Older than the longest window by at most this.</summary>
    public long BeforeMillis { get; init; } = 7 * ConfigReader.DayMillis;

    /// <summary>Later than the conversion by at most this.</summary>
    public long AfterMillis { get; init; } = 3_600_000;
}

/// <summary>How touches get their channels. Immutable.</summary>
public sealed record ChannelConfig
{
    /// <summary>Whether GA4's default grouping follows the own rules; else what none names is unassigned.
    /// </summary>
    public bool HasGa4 { get; init; } = true;

    /// <summary>The config's own rules, in order; the first that holds decides.</summary>
    public IReadOnlyList<ChannelRule> Rules { get; init; } = [];

    /// <summary>
    /// GA4's channels, those that own rules add in the order in which they first appear, and last
    /// <c>Unattributed</c>; <see cref="Journeys.Touch.Channel"/> is an index.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = Ga4Channels.NamesWith([]);

    /// <summary>The grouping's rules, for whoever wants to read them; empty without one.</summary>
    public IReadOnlyList<ChannelRule> GroupingRules => HasGa4 ? Ga4Channels.Rules : [];
}
