using System.Text;

namespace Attribution.Reporter.Output;

/// <summary>
/// Writes lines that people read, wrapped at the terminal's width between words, which stay whole. Every text
/// is made safe to print. Owned by one report.
/// </summary>
internal sealed class ProseWriter(TextWriter output, int width, bool hasColor)
{
    private const int MinCells = 20;
    private const int Hang = 4;
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";
    private const string Reset = "\e[0m";

    public void Blank() => output.Write('\n');

    public void Heading(string text) => Styled(text, Bold);

    public void Line(string text) => Styled(text, "");

    /// <summary>A line of lesser weight.</summary>
    public void Faint(string text) => Styled(text, Dim);

    /// <summary>Parts with a separator between; lines that overflow go on under the first part.</summary>
    /// <param name="indent">Cells before each line.</param>
    /// <param name="lead">Stands before the first part.</param>
    public void Wrapped(int indent, string lead, string separator, IEnumerable<string> parts)
    {
        string start = new string(' ', indent) + lead;
        foreach (string line in Lines(start, CellWidth.Of(start), separator, parts))
            output.Write($"{line}\n");
    }

    private IEnumerable<string> Lines(string start, int hang, string separator, IEnumerable<string> parts)
    {
        int room = Math.Max(MinCells, width);
        var line = new StringBuilder(start);
        int used = CellWidth.Of(start);
        bool isFirst = true;
        foreach (string part in parts.Select(CellText.Plain))
        {
            int cells = CellWidth.Of(part);
            if (!isFirst)
            {
                line.Append(separator);
                used += separator.Length;
            }

            if (!isFirst && used + cells + separator.TrimEnd().Length > room)
            {
                yield return line.ToString().TrimEnd(' ');
                line.Clear().Append(' ', hang);
                used = hang;
            }

            line.Append(part);
            used += cells;
            isFirst = false;
        }

        yield return line.ToString().TrimEnd(' ');
    }

    private void Styled(string text, string style)
    {
        bool isStyled = hasColor && style.Length > 0;
        foreach (string line in Lines("", Hang, " ", text.Split(' ')))
            output.Write(isStyled ? $"{style}{line}{Reset}\n" : $"{line}\n");
    }
}
