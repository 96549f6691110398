using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// Finds the re-engagement that a conversion falls into, in one walk back over the person's touches,
/// milestones and conversions. Immutable.
/// </summary>
internal sealed class ReengagementRules(AttributionConfig config, EligibilityRules eligibility)
{
    private readonly bool _repeatsMatter = ClickRepeats.Matters(config);

    /// <summary>
    /// The newest retargeting click, after an install, whose first opening at or after it came within the
    /// click's window, after enough inactivity, and not longer before the conversion than it earns for.
    /// </summary>
    public Reengagement Find(in PersonHistory history, int conversion, ClickRepeats repeats)
    {
        long now = history.Conversions[conversion].TimeMillis;
        long oldest = now - config.Installs.ReengagementMillis;
        int start = Runs.FirstAtOrAfter(history.Touches, oldest - config.MaxLookbackMillis);
        int end = Runs.FirstAtOrAfter(history.Touches, now + 1);
        if (_repeatsMatter)
            repeats.Scan(history.Touches, start, end);

        // Everything older moves these back, never forth.
        int next = history.Milestones.Length;
        int opening = -1;
        int refused = -1;
        int install = history.Conversions.Length;
        for (int i = end - 1; i >= start; i--)
        {
            ref readonly Touch touch = ref history.Touches[i];
            for (; next > 0 && IsAtOrBefore(history, touch, next - 1); next--)
            {
                if (history.Milestones[next - 1].Kind == MilestoneKind.Open)
                    opening = next - 1;
            }

            if (opening == refused || !IsRetargeting(touch, i, repeats))
                continue;
            long openedMillis = history.Milestones[opening].TimeMillis;
            if (openedMillis < oldest)
                break;
            if (openedMillis > now || openedMillis - touch.TimeMillis > eligibility.Window(touch))
                continue;
            while (install > 0 && !IsInstallBefore(history, touch, install - 1))
                install--;
            if (install == 0)
                break;
            if (!WasActive(history, opening))
                return new Reengagement(i, opening);
            refused = opening;
        }

        return Reengagement.None;
    }

    /// <summary>A click or visit by id that no rule of its own rejects.</summary>
    private bool IsRetargeting(in Touch touch, int index, ClickRepeats repeats)
    {
        if ((touch.Flags & TouchFlags.Retargeting) == 0 || touch.Kind == TouchKind.View
            || touch.IsProbabilistic || touch.FraudRule != 0)
        {
            return false;
        }

        if (!_repeatsMatter)
            return true;
        bool isFlood = config.Fraud.MaxClicks > 0 && touch.Kind == TouchKind.Click
            && repeats.Clicks(index) > config.Fraud.MaxClicks;
        return !isFlood && (config.DuplicateClickMillis == 0 || repeats.Repeated(index) < 0);
    }

    /// <summary>Whether the app was opened or installed shortly before this opening.</summary>
    private bool WasActive(in PersonHistory history, int opening)
    {
        long openedMillis = history.Milestones[opening].TimeMillis;
        long since = openedMillis - config.Installs.InactivityMillis;
        for (int i = opening - 1; i >= 0 && history.Milestones[i].TimeMillis >= since; i--)
        {
            if (history.Milestones[i].Kind == MilestoneKind.Open
                && history.Milestones[i].TimeMillis < openedMillis)
            {
                return true;
            }
        }

        int conversion = Runs.FirstAtOrAfter(history.Conversions, openedMillis) - 1;
        for (; conversion >= 0 && history.Conversions[conversion].TimeMillis >= since; conversion--)
        {
            if (history.Conversions[conversion].Kind == ConversionKind.Install)
                return true;
        }

        return false;
    }

    private static bool IsAtOrBefore(in PersonHistory history, in Touch touch, int milestone) =>
        TotalOrder.Compare(touch, history.Milestones[milestone], history.Texts) <= 0;

    private static bool IsInstallBefore(in PersonHistory history, in Touch touch, int conversion)
    {
        ref readonly Conversion install = ref history.Conversions[conversion];
        return install.Kind == ConversionKind.Install
            && TotalOrder.Compare(touch, install, history.Texts) >= 0;
    }
}
