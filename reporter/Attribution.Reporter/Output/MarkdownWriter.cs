using System.Buffers;
using System.Text;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Output;

/// <summary>
/// Streams rows as a table of GitHub's Markdown; no text in it can become markup. Owned by one report.
/// </summary>
internal sealed class MarkdownWriter(TextWriter output, bool hasHeader, ReportZone zone) : IReportWriter
{
    private static readonly SearchValues<char> Markup = SearchValues.Create("\\|`*_{}[]<>#!~&");
    private IReadOnlyList<ReportColumn> _columns = [];

    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        _columns = columns;
        if (!hasHeader)
            return;
        Line(columns.Select(column => Safe(column.FlatTitle)));
        Line(columns.Select(column => column.IsNumeric ? "---:" : "---"));
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        var cells = new string[values.Length];
        for (int at = 0; at < cells.Length; at++)
            cells[at] = Safe(CellText.Shown(values[at], _columns[at].Kind, zone));
        Line(cells);
    }

    public void End(object?[]? totals = null)
    {
        if (totals is not null)
            Line(totals.Select((value, at) => Safe(CellText.Shown(value, _columns[at].Kind, zone)))
                .Select(cell => cell.Length > 0 ? $"**{cell}**" : ""));
        output.Flush();
    }

    private void Line(IEnumerable<string> cells) =>
        output.Write($"| {string.Join(" | ", cells)} |\n");

    private static string Safe(string text)
    {
        string plain = CellText.Plain(text);
        if (plain.AsSpan().IndexOfAny(Markup) < 0)
            return plain;
        var safe = new StringBuilder(plain.Length + 8);
        foreach (char c in plain)
        {
            if (Markup.Contains(c))
                safe.Append('\\');
            safe.Append(c);
        }

        return safe.ToString();
    }
}
