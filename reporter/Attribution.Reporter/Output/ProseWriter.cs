using System.Text;

namespace Attribution.Reporter.Output;

/// <summary>
/// Writes lines that people read: headings, and lists that are wrapped at the terminal's width. Every text
/// is made safe to print. Owned by one report.
/// </summary>
internal sealed class ProseWriter(TextWriter output, int width, bool hasColor)
{
    private const int MinCells = 20;
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";
    private const string Reset = "\e[0m";

    public void Blank() => output.Write('\n');

    public void Heading(string text) => Styled(CellText.Plain(text), Bold);

    public void Line(string text) => Styled(CellText.Plain(text), "");

    /// <summary>A line of lesser weight.</summary>
    public void Faint(string text) => Styled(CellText.Plain(text), Dim);

    /// <summary>Parts with a separator between; lines that overflow go on under the first part.</summary>
    /// <param name="indent">Cells before each line.</param>
    /// <param name="lead">Stands before the first part.</param>
    public void Wrapped(int indent, string lead, string separator, IEnumerable<string> parts)
    {
        int hang = indent + CellWidth.Of(lead);
        int room = Math.Max(MinCells, width);
        var line = new StringBuilder().Append(' ', indent).Append(lead);
        int used = hang;
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
                Flush(line);
                line.Append(' ', hang);
                used = hang;
            }

            line.Append(part);
            used += cells;
            isFirst = false;
        }

        Flush(line);
    }

    private void Flush(StringBuilder line)
    {
        while (line.Length > 0 && line[^1] == ' ')
            line.Length--;
        output.Write(line.Append('\n'));
        line.Clear();
    }

    private void Styled(string line, string style)
    {
        bool isStyled = hasColor && style.Length > 0;
        output.Write(isStyled ? $"{style}{line}{Reset}\n" : $"{line}\n");
    }
}
