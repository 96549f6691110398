using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Pages;

/// <summary>Writes a page as one HTML file that needs nothing else. Stateless.</summary>
internal static class PageWriter
{
    // Everything that HTML could take for markup is escaped, so no data can end the script that holds it.
    private static readonly JsonWriterOptions Escaped = new() { Encoder = JavaScriptEncoder.Default };

    /// <param name="output">Where to.</param>
    /// <param name="page">What.</param>
    /// <param name="library">The script that draws charts; null writes none.</param>
    public static void Write(TextWriter output, PageModel page, string? library)
    {
        string[] parts = Part("page.html").Split('$');
        output.Write(parts[0]);
        foreach (string part in parts[1..])
        {
            int end = 0;
            while (end < part.Length && char.IsAsciiLetterLower(part[end]))
                end++;
            output.Write(part[..end] switch
            {
                "title" => HtmlEncoder.Default.Encode(page.Title),
                "style" => Part("page.css"),
                "data" => Json(page, library is not null),
                "library" => library ?? "",
                "script" => Part("page.js"),
                var other => throw new InvalidOperationException($"The page has no {other}."),
            });
            output.Write(part[end..]);
        }

        output.Flush();
    }

    private static string Part(string name)
    {
        using Stream stream = typeof(PageWriter).Assembly
            .GetManifestResourceStream($"Attribution.Reporter.Pages.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Json(PageModel page, bool hasCharts)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Escaped))
        {
            json.WriteStartObject();
            json.WriteString("title", page.Title);
            json.WriteString("about", page.About);
            json.WriteStartArray("facts");
            foreach (PageFact fact in page.Facts)
                WriteFact(json, fact);
            json.WriteEndArray();
            json.WriteStartArray("sections");
            foreach (PageSection section in page.Sections)
                WriteSection(json, section, hasCharts);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteFact(Utf8JsonWriter json, PageFact fact)
    {
        json.WriteStartObject();
        json.WriteString("name", fact.Name);
        json.Member("value", fact.Value);
        json.WriteString("kind", Kind(fact.Kind));
        json.Member("change", fact.Change);
        json.WriteEndObject();
    }

    private static void WriteSection(Utf8JsonWriter json, PageSection section, bool hasCharts)
    {
        json.WriteStartObject();
        json.WriteString("id", section.Id);
        json.WriteString("title", section.Title);
        json.WriteString("about", section.About);
        json.WriteString("command", section.Command);
        json.Member("empty", section.Empty);
        json.WriteStartArray("charts");
        foreach (PageChart chart in hasCharts ? section.Charts : [])
            WriteChart(json, chart);
        json.WriteEndArray();
        json.WriteStartArray("tables");
        foreach (PageTable table in section.Tables)
            WriteTable(json, table);
        json.WriteEndArray();
        json.Member("notes", section.Notes);
        json.Member("sql", section.Sql);
        json.WriteEndObject();
    }

    private static void WriteTable(Utf8JsonWriter json, PageTable table)
    {
        json.WriteStartObject();
        json.WriteNumber("heat", table.Heat);
        json.Member("open", table.Open);
        json.WriteStartArray("columns");
        foreach (ReportColumn column in table.Columns)
        {
            json.WriteStartObject();
            json.WriteString("title", column.Title.Replace('\n', ' ').Trim());
            json.WriteString("kind", Kind(column));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Member("rows", table.Rows);
        json.Member("totals", table.Totals);
        json.WriteEndObject();
    }

    private static void WriteChart(Utf8JsonWriter json, PageChart chart)
    {
        json.WriteStartObject();
        json.Member("height", chart.Height);
        switch (chart)
        {
            case PageChart.Bars bars:
                json.WriteString("kind", "bars");
                json.Member("names", bars.Names);
                WriteSeries(json, bars.Series);
                break;
            case PageChart.Lines lines:
                json.WriteString("kind", "lines");
                json.Member("names", lines.Names);
                json.WriteBoolean("stack", lines.IsStacked);
                WriteSeries(json, lines.Series);
                break;
            case PageChart.Sankey sankey:
                json.WriteString("kind", "sankey");
                WriteLinks(json, sankey);
                break;
            case PageChart.Funnel funnel:
                json.WriteString("kind", "funnel");
                json.Member("names", funnel.Names);
                json.Member("values", funnel.Values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(chart));
        }

        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, IReadOnlyList<PageSeries> all)
    {
        json.WriteStartArray("series");
        foreach (PageSeries series in all)
        {
            json.WriteStartObject();
            json.WriteString("name", series.Name);
            json.Member("values", series.Values);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, PageChart.Sankey sankey)
    {
        json.Member("nodes", sankey.Links.SelectMany(link => (string[])[link.From, link.To]).Distinct());
        json.WriteStartArray("links");
        foreach (PageLink link in sankey.Links)
        {
            json.WriteStartObject();
            json.WriteString("source", link.From);
            json.WriteString("target", link.To);
            json.Member("value", link.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Seconds are shown as a clock does, as in tables of the commands.</summary>
    private static string Kind(ReportColumn column) =>
        column.Name.EndsWith("_seconds", StringComparison.Ordinal) ? "seconds" : Kind(column.Kind);

    private static string Kind(ColumnKind kind) => kind switch
    {
        ColumnKind.Text or ColumnKind.Time => "text",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
