using System.Text;
using Spectre.Console.Rendering;

namespace Attribution.Reporter.Output;

/// <summary>How many character cells a text takes on a terminal, and what of it fits. Stateless.</summary>
internal static class CellWidth
{
    public static int Of(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();

    /// <summary>The text parted between words into lines of so many cells; the last one may be cut.</summary>
    public static string[] Lines(string text, int cells, int most)
    {
        var lines = new List<string>();
        while (lines.Count < most - 1 && Of(text) > cells)
        {
            string line = Beginning(text, cells);
            // Letters that are wide one by one and not together.
            if (line.Length == text.Length)
                break;
            int end = text[line.Length] == ' ' ? line.Length : line.LastIndexOf(' ');
            if (end <= 0)
                end = line.Length;
            // Not even one letter has room: what is left is cut.
            if (end == 0)
                break;
            lines.Add(text[..end].TrimEnd(' '));
            text = text[end..].TrimStart(' ');
        }

        return [.. lines, Fit(text, cells)];
    }

    /// <summary>The text itself, or its beginning and an ellipsis.</summary>
    public static string Fit(string text, int cells)
    {
        return Of(text) <= cells ? text : $"{Beginning(text, cells - 1)}…";
    }

    /// <summary>As much of the text as has room.</summary>
    private static string Beginning(string text, int cells)
    {
        var kept = new StringBuilder(text.Length);
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            string next = rune.ToString();
            used += Of(next);
            if (used > cells)
                break;
            kept.Append(next);
        }

        return kept.ToString();
    }
}
