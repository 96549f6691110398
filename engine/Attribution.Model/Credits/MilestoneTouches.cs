using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// The touches in effect when the person passed a milestone, as 0-based positions among the eligible; −1 for
/// a milestone that did not happen or that no eligible touch came before. A value.
/// </summary>
internal readonly record struct MilestoneTouches(int Lead, int Opportunity)
{
    public static MilestoneTouches None { get; } = new(-1, -1);

    /// <summary>
    /// Of each kind the first milestone counts that lies within the longest window of the conversion, is not
    /// later than it, and is no part of an earlier journey.
    /// </summary>
    public static MilestoneTouches Find(
        in PersonHistory history, int conversion, JudgedTouches judged, long maxLookbackMillis)
    {
        long now = history.Conversions[conversion].TimeMillis;
        int lead = -1;
        int opportunity = -1;
        for (int i = Runs.FirstAtOrAfter(history.Milestones, now - maxLookbackMillis);
            i < history.Milestones.Length && history.Milestones[i].TimeMillis <= now; i++)
        {
            MilestoneKind kind = history.Milestones[i].Kind;
            bool isNew = kind == MilestoneKind.Lead ? lead < 0
                : kind == MilestoneKind.Opportunity && opportunity < 0;
            if (!isNew || IsOfAnEarlierJourney(history, i, judged.Previous))
                continue;
            if (kind == MilestoneKind.Lead)
                lead = i;
            else
                opportunity = i;
        }

        return new MilestoneTouches(
            InEffect(history, lead, judged.Eligible), InEffect(history, opportunity, judged.Eligible));
    }

    private static bool IsOfAnEarlierJourney(in PersonHistory history, int milestone, int previous) =>
        previous >= 0 && TotalOrder.Compare(
            history.Conversions[previous], history.Milestones[milestone], history.Texts) >= 0;

    private static int InEffect(in PersonHistory history, int milestone, ReadOnlySpan<int> eligible)
    {
        if (milestone < 0)
            return -1;

        int position = eligible.Length - 1;
        while (position >= 0
            && TotalOrder.Compare(
                history.Touches[eligible[position]], history.Milestones[milestone], history.Texts) > 0)
        {
            position--;
        }

        return position;
    }
}
