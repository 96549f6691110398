using Attribution.Reporter.Output;
using Attribution.Reporter.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Reporter.Tests.Output;

/// <summary>CSV and TSV, read back by readers of their grammar written here.</summary>
public sealed class DelimitedWriterTests
{
    [Fact]
    public void Csv_OfAnyText_ReadsBackWithFormulasNeutralised() =>
        Prop.ForAll<string[]>(texts =>
        {
            string[] cells = [.. (texts ?? []).Select(text => text ?? ""), "last"];
            List<string> read = CsvText.Records(Written(DelimitedText.Csv, cells))[1];
            return read.SequenceEqual(cells.Select(cell => IsFormula(cell) ? "'" + cell : cell));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tsv_OfAnyText_ReadsBack() =>
        Prop.ForAll<string[]>(texts =>
        {
            string[] cells = [.. (texts ?? []).Select(text => text ?? ""), "last"];
            string line = Written(DelimitedText.Tsv, cells).Split('\n')[1];
            return line.Split('\t').Select(CsvText.Unescaped).SequenceEqual(cells);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("\nx", "\"'\nx\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠x", "'＠x")]
    [InlineData("=\"a\",1", "\"'=\"\"a\"\",1\"")]
    [InlineData("a=1", "a=1")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("", "")]
    public void Csv_OfText_IsQuotedAndNeutralised(string text, string expected) =>
        Assert.Equal($"c0\r\n{expected}\r\n", Written(DelimitedText.Csv, [text]));

    [Fact]
    public void Numbers_InBoth_AreExactAndNeverNeutralised()
    {
        ReportColumn[] columns = [new("m", "M", ColumnKind.Money), new("n", "N", ColumnKind.Number)];

        Assert.Equal("m,n\r\n-1234567.8900,18446744073709551615\r\n",
            Written(DelimitedText.Csv, columns, [-1234567.8900m, ulong.MaxValue]));
        Assert.Equal("m\tn\n\\N\t1.5\n", Written(DelimitedText.Tsv, columns, [null, 1.5]));
    }

    private static bool IsFormula(string cell) => cell.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(cell[0]);

    private static string Written(DelimitedText form, string[] cells) =>
        Written(form, [.. cells.Select((_, at) => ReportColumn.Text($"c{at}", ""))], cells);

    private static string Written(DelimitedText form, ReportColumn[] columns, object?[] cells)
    {
        using var output = new StringWriter();
        var writer = new DelimitedWriter(output, form, isTerminal: false);
        writer.Begin(columns);
        writer.Row(cells);
        writer.End(["ignored"]);
        return output.ToString();
    }
}
