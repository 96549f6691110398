using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// The order in which mobile measurement looks for the touch that earned an install: a click or referrer by
/// id, a click by address and device, a view by id, a view by address and device. Stateless.
/// </summary>
internal static class Waterfall
{
    /// <summary>0 for what is looked for first. A visit was clicked for, so it counts as a click.</summary>
    public static int Rank(in Touch touch) =>
        (touch.Kind == TouchKind.View ? 2 : 0) + (touch.IsProbabilistic ? 1 : 0);

    /// <summary>
    /// The touch that takes everything: of the first rank that has one the newest, at equal time a referrer
    /// before others, then the later in total order.
    /// </summary>
    /// <param name="eligible">Indices into <paramref name="touches"/>, ascending.</param>
    /// <returns>Index into <paramref name="touches"/>, or −1 where none is eligible.</returns>
    public static int Winner(ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible)
    {
        int winner = -1;
        for (int i = eligible.Length - 1; i >= 0; i--)
        {
            if (winner < 0 || Beats(touches[eligible[i]], touches[winner]))
                winner = eligible[i];
        }

        return winner;
    }

    /// <summary>Whether an older touch, or one of equal time, beats a newer one.</summary>
    private static bool Beats(in Touch older, in Touch newer)
    {
        int difference = Rank(older) - Rank(newer);
        if (difference != 0)
            return difference < 0;
        return older.TimeMillis == newer.TimeMillis
            && older.Kind == TouchKind.Referrer && newer.Kind != TouchKind.Referrer;
    }
}
