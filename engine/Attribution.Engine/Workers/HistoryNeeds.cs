using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// What a config's results rest on beside touches: so much is kept of a person, and so far does a change
/// reach. Immutable.
/// </summary>
internal sealed class HistoryNeeds
{
    private readonly bool _conversionsMatter;

    public HistoryNeeds(AttributionConfig config)
    {
        bool hasRetargeting = HasModel(config, CreditModel.MmpRetargeting);
        if (config.KnowsInstalls && (config.Installs.InactivityMillis > 0 || hasRetargeting))
            Milestones |= 1 << (int)MilestoneKind.Open;
        if (config.Milestones.Lead.Count > 0)
            Milestones |= 1 << (int)MilestoneKind.Lead;
        if (config.Milestones.Opportunity.Count > 0)
            Milestones |= 1 << (int)MilestoneKind.Opportunity;
        InstallsMatter = config.KnowsInstalls;
        _conversionsMatter = config.StartsAnewAtConversion || config.KnowsInstalls;
        ReachMillis = config.ReachMillis;
        AfterMillis = config.Candidates.AfterMillis;
        ProbabilisticMillis = config.Windows.HasProbabilistic ? config.Windows.LongestProbabilistic : -1;
    }

    /// <summary>Bit 1 &lt;&lt; <see cref="MilestoneKind"/> for each milestone to keep.</summary>
    public int Milestones { get; }

    /// <summary>How long after an event it can still change a conversion's rows.</summary>
    public long ReachMillis { get; }

    /// <summary>How long before a touch a conversion's rows can show it: as rejected.</summary>
    public long AfterMillis { get; }

    /// <summary>The longest time between a touch and an install that match by device; −1 where none do.
    /// </summary>
    public long ProbabilisticMillis { get; }

    /// <summary>Whether rows of a conversion can change with the conversions before it.</summary>
    public bool ConversionsMatter => _conversionsMatter;

    /// <summary>Whether an install can change conversions however much later.</summary>
    public bool InstallsMatter { get; }

    /// <summary>The last moment whose conversions a new one can change; none where it changes no other.
    /// </summary>
    public long ReachOf(in Conversion conversion)
    {
        if (!_conversionsMatter)
            return long.MinValue;

        // Whether an install begins a new cycle depends on every one before it, and so does whether a touch
        // found the app installed.
        return InstallsMatter && conversion.Kind == ConversionKind.Install
            ? long.MaxValue
            : conversion.TimeMillis + ReachMillis;
    }

    /// <summary>Whether a touch can come to another person's history by address and device.</summary>
    public static bool IsMatched(in EventRole role) =>
        role.IsTouch && role.Touch.Kind is TouchKind.Click or TouchKind.View;

    private static bool HasModel(AttributionConfig config, CreditModel kind)
    {
        foreach (ModelSpec model in config.Models)
        {
            if (model.Kind == kind)
                return true;
        }

        return false;
    }
}
