using Attribution.Reporter.Output;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Reporter.Tests.Output;

/// <summary>Tables: alignment, width, and that no text can reach the terminal's controls.</summary>
public sealed class TableWriterTests
{
    [Fact]
    public void Lines_OfAnyText_FitTheWidthAndHoldNoControls() =>
        Prop.ForAll<NonNull<string>, NonNull<string>, int>((one, other, number) =>
        {
            string[] lines = Lines(40, [one.Get, other.Get, number]);
            return lines.Length == 3
                && lines.All(line => CellWidth.Of(line) <= 40 && !line.Any(char.IsControl)
                    && !line.EndsWith(' '))
                && lines[2].EndsWith(number.ToString("#,##0", null), StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\e[2J", "\\u001b[2J")]
    [InlineData("a\tb\nc", "a\\tb\\nc")]
    [InlineData("\u202eevil", "\\u202eevil")]
    [InlineData("春 é 😀", "春 é 😀")]
    public void Text_WithControls_IsMadeVisible(string text, string expected) =>
        Assert.Equal(expected, CellText.Plain(text));

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("春春春", 5, "春春…")]
    [InlineData("春春春", 4, "春…")]
    public void Text_ThatIsTooWide_IsShortenedByCells(string text, int cells, string expected) =>
        Assert.Equal(expected, CellWidth.Fit(text, cells));

    [Fact]
    public void Cells_OfWideLetters_AreAlignedByCells()
    {
        string[] lines = Lines(60, ["春", "x", 1], ["ab", "y", 22]);

        Assert.Equal("春  x   1", lines[2]);
        Assert.Equal("ab  y  22", lines[3]);
    }

    [Fact]
    public void Totals_WithoutRows_AreNotShown()
    {
        using var output = new StringWriter();
        var writer = new TableWriter(output, new TableStyle { Width = 80 });
        writer.Begin([ReportColumn.Text("a", "A")]);
        writer.End(["Total"]);

        Assert.Equal("", output.ToString());
    }

    private static string[] Lines(int width, params object?[][] rows)
    {
        using var output = new StringWriter();
        var writer = new TableWriter(output, new TableStyle { Width = width });
        writer.Begin(
        [
            ReportColumn.Text("a", ""), ReportColumn.Text("b", ""),
            new ReportColumn("n", "", ColumnKind.Count),
        ]);
        foreach (object?[] row in rows)
            writer.Row(row);
        writer.End();
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
