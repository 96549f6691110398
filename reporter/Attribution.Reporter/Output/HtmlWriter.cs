using System.Net;
using System.Text;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Output;

/// <summary>
/// Streams rows as one page with a table that sorts; the page asks no network for anything. Owned by one
/// report.
/// </summary>
internal sealed class HtmlWriter(TextWriter output, HtmlCaption caption, bool hasHeader, ReportZone zone)
    : IReportWriter
{
    private IReadOnlyList<ReportColumn> _columns = [];

    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        _columns = columns;
        output.Write(HtmlPage.Head(Safe(caption.Title)));
        output.Write($"<h1>{Safe(caption.Title)}</h1>\n<p>{Safe(caption.About)}</p>\n<table>\n");
        if (hasHeader)
        {
            output.Write("<thead><tr>");
            foreach (ReportColumn column in columns)
                output.Write(
                    $"<th{Class(column)} scope=\"col\"><button>{Safe(column.FlatTitle)}</button></th>");
            output.Write("</tr></thead>\n");
        }

        output.Write("<tbody>\n");
    }

    public void Row(ReadOnlySpan<object?> values) => output.Write(Line(values));

    public void End(object?[]? totals = null)
    {
        output.Write("</tbody>\n");
        if (totals is not null)
            output.Write($"<tfoot>\n{Line(totals)}</tfoot>\n");
        output.Write($"</table>\n{HtmlPage.Foot}");
        output.Flush();
    }

    private string Line(ReadOnlySpan<object?> values)
    {
        var line = new StringBuilder("<tr>");
        for (int at = 0; at < values.Length; at++)
        {
            ReportColumn column = _columns[at];
            string shown = CellText.Shown(values[at], column.Kind, zone);
            string exact = CellText.Exact(values[at]) ?? "";
            line.Append("<td").Append(Class(column, shown));
            // What is rounded or reckoned into a zone sorts by what it was.
            if (column.Kind != ColumnKind.Text && exact != shown)
                line.Append(" data-v=\"").Append(Safe(exact)).Append('"');
            line.Append('>').Append(Safe(shown)).Append("</td>");
        }

        return line.Append("</tr>\n").ToString();
    }

    private static string Class(ReportColumn column, string shown = "")
    {
        string sign = (column.Kind, shown) switch
        {
            (ColumnKind.Change, ['-', ..]) => " down",
            (ColumnKind.Change, ['+', ..]) => " up",
            _ => "",
        };
        return column.IsNumeric ? $" class=\"n{sign}\"" : "";
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(CellText.Plain(text));
}

/// <summary>What stands above a page's table. Immutable.</summary>
internal sealed record HtmlCaption(string Title, string About);
