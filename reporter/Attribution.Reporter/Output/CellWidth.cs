using System.Text;
using Spectre.Console.Rendering;

namespace Attribution.Reporter.Output;

/// <summary>How many character cells a text takes on a terminal, and what of it fits. Stateless.</summary>
internal static class CellWidth
{
    public static int Of(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();

    /// <summary>The text itself, or its beginning and an ellipsis.</summary>
    public static string Fit(string text, int cells)
    {
        if (Of(text) <= cells)
            return text;

        var kept = new StringBuilder(cells);
        int used = 1;
        foreach (Rune rune in text.EnumerateRunes())
        {
            string next = rune.ToString();
            used += Of(next);
            if (used > cells)
                break;
            kept.Append(next);
        }

        return kept.Append('…').ToString();
    }
}
