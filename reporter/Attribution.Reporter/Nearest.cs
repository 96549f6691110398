namespace Attribution.Reporter;

/// <summary>The known name that somebody most likely meant. Stateless.</summary>
internal static class Nearest
{
    private const int MaxChars = 64;

    /// <summary>
    /// The name with the fewest letters added, left out, changed or swapped with their neighbours; null where
    /// even that one is far.
    /// </summary>
    public static string? Of(string text, IEnumerable<string> names)
    {
        if (text.Length is 0 or > MaxChars)
            return null;
        string? nearest = null;
        int least = Math.Max(1, text.Length / 3) + 1;
        foreach (string name in names)
        {
            bool isWhole = text.Length > 2 && name.Length <= MaxChars
                && name.EndsWith("/" + text, StringComparison.OrdinalIgnoreCase);
            int distance = isWhole ? 0 : Distance(text.ToLowerInvariant(), name.ToLowerInvariant(), least);
            if (distance >= least)
                continue;
            least = distance;
            nearest = name;
        }

        return nearest;
    }

    /// <summary>A sentence that names it, to stand behind what was not understood; or nothing.</summary>
    public static string Hint(string text, IEnumerable<string> names) =>
        Of(text, names) is { } name ? $" Did you mean '{name}'?" : "";

    /// <summary>Damerau and Levenshtein's distance, or the bound where it is not below.</summary>
    private static int Distance(string one, string other, int bound)
    {
        if (other.Length > MaxChars || Math.Abs(one.Length - other.Length) >= bound)
            return bound;
        var rows = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
            rows[i, 0] = i;
        for (int j = 0; j <= other.Length; j++)
            rows[0, j] = j;
        for (int i = 1; i <= one.Length; i++)
        {
            for (int j = 1; j <= other.Length; j++)
            {
                int cost = one[i - 1] == other[j - 1] ? 0 : 1;
                int best = Math.Min(rows[i - 1, j - 1] + cost, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                bool isSwap = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                rows[i, j] = isSwap ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
            }
        }

        return Math.Min(rows[one.Length, other.Length], bound);
    }
}
