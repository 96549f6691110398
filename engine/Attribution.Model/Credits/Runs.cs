using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>Finds a time in a run of a history, by halving. Stateless.</summary>
internal static class Runs
{
    /// <summary>Index of the first touch that is not older; the run's length where all are.</summary>
    public static int FirstAtOrAfter(ReadOnlySpan<Touch> touches, long timeMillis)
    {
        int low = 0;
        int high = touches.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (touches[middle].TimeMillis < timeMillis)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The same for conversions.</summary>
    public static int FirstAtOrAfter(ReadOnlySpan<Conversion> conversions, long timeMillis)
    {
        int low = 0;
        int high = conversions.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (conversions[middle].TimeMillis < timeMillis)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The same for milestones.</summary>
    public static int FirstAtOrAfter(ReadOnlySpan<Milestone> milestones, long timeMillis)
    {
        int low = 0;
        int high = milestones.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (milestones[middle].TimeMillis < timeMillis)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
