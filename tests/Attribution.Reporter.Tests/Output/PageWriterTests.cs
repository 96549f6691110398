using Attribution.Reporter.Output;
using Attribution.Reporter.Times;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Reporter.Tests.Output;

/// <summary>HTML and Markdown: no text of the data becomes markup; tables that color and fit.</summary>
public sealed class PageWriterTests
{
    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("a", "A\nB"), new("c", "C", ColumnKind.Change),
        new("s", "S", ColumnKind.Sparkline),
    ];

    [Fact]
    public void Html_OfAnyText_HoldsOnlyItsOwnTags() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            string plain = Html("", "");
            string page = Html($"<script>alert(1)</script>\"'&{text.Get}", text.Get);
            return page.Count(c => c == '<') == plain.Count(c => c == '<')
                && page.Split('"').Length == plain.Split('"').Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Html_OfPage_AsksNoNetwork()
    {
        string page = Html("x", "about");

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.Contains("class=\"n down\" data-v=\"-0.05\">-5.0%", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a|b", "a\\|b")]
    [InlineData("<b>*x*</b>", "\\<b\\>\\*x\\*\\</b\\>")]
    [InlineData("a\nb", "a\\\\nb")]
    [InlineData("[x](javascript:0)", "\\[x\\](javascript:0)")]
    public void Markdown_OfText_IsNoMarkup(string text, string expected)
    {
        using var output = new StringWriter();
        var writer = new MarkdownWriter(output, hasHeader: true, ReportZone.Utc);
        writer.Begin(Columns);
        writer.Row([text, 0.5m, null]);
        writer.End(["Total", null, null]);

        Assert.Equal(
            $"| A B | C | S |\n| --- | ---: | --- |\n| {expected} | +50.0% |  |\n| **Total** |  |  |\n",
            output.ToString());
    }

    [Fact]
    public void Table_WithChanges_ColorsThemBySign()
    {
        string text = Table(new TableStyle { Width = 80, HasColor = true });

        Assert.Contains("\e[32m+12.0%\e[0m", text, StringComparison.Ordinal);
        Assert.Contains("\e[31m-5.0%\e[0m", text, StringComparison.Ordinal);
        Assert.Contains("  0.0%", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_WithSparkline_DrawsBars() =>
        Assert.Contains("▁▅█·", Table(new TableStyle { Width = 80 }), StringComparison.Ordinal);

    [Fact]
    public void Table_WithoutHeader_HasRowsOnly() =>
        Assert.StartsWith(
            "x", Table(new TableStyle { Width = 80, HasHeader = false }), StringComparison.Ordinal);

    [Fact]
    public void Table_TooWideForATerminal_LeavesColumnsOutAndSaysSo()
    {
        List<string> notes = [];
        string text = Table(new TableStyle { Width = 12, IsFitted = true, Note = notes.Add });

        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.True(CellWidth.Of(line) <= 12, line));
        Assert.Contains("has no room for s", Assert.Single(notes), StringComparison.Ordinal);
    }

    private static string Table(TableStyle style)
    {
        using var output = new StringWriter();
        var writer = new TableWriter(output, style);
        writer.Begin(Columns);
        writer.Row(["x", 0.12m, new object?[] { 0, 1, 2m, null }]);
        writer.Row(["y", -0.05m, null]);
        writer.Row(["z", 0m, null]);
        writer.End();
        return output.ToString();
    }

    private static string Html(string text, string about)
    {
        using var output = new StringWriter();
        var writer = new HtmlWriter(output, new HtmlCaption("T", about), hasHeader: true, ReportZone.Utc);
        writer.Begin(Columns);
        writer.Row([text, -0.05m, new[] { 1, 2 }]);
        writer.End();
        return output.ToString();
    }
}
