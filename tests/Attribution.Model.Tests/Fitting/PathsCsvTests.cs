using System.Text;
using Attribution.Model.Fitting;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Fitting.PathSamples;

namespace Attribution.Model.Tests.Fitting;

public class PathsCsvTests
{
    private const string Whole =
        "path,total_conversions,total_conversion_value,total_null\nA > B,2,10.5,3\nB,1,0.25,0\n";

    private const string WholeLines = "A > B: 2 10.5 3\nB: 1 0.25 0";

    [Fact]
    public void File_OfChannelAttribution_IsRead() => Assert.Equal(WholeLines, Read(Whole));

    [Theory]
    [InlineData("path,conversions,value,nulls\r\nA > B,2,10.5,3\r\nB,1,0.25,0")]
    [InlineData("nulls;value;path;conversions\n3;10.5;A > B;2\n0;.25;B;1\n")]
    [InlineData("PATH\tConversions\tvalue\tnulls\rA > B\t2\t10.5\t3\rB\t1\t0.25\t0\r")]
    [InlineData("\ufeffpath,conversions,value,nulls\n\n\nA>B,2,10.5,3\n\n  B ,1,0.25,\n\n")]
    [InlineData("\"path\",\"conversions\",value,\"nulls\"\n\"A > B\",\"2\",\"10.5\",\"3\"\n\"B\",1,0.25,0\n")]
    [InlineData("path,who,conversions,value,nulls\nA > B,\"x,\r\ny\"\"\",2,1.05e1,3\nB,,1e+00,0.25,0.0\n")]
    [InlineData("path,conversions,value,nulls\nA > B,1,10,3\nB,1,0.25,0\nA > B,1,0.5,0\n")]
    [InlineData("path,conversions,value,nulls\nA > B,2,10.50001,3\nB,1,0.250049,0\nC,0,0,0\n")]
    public void File_OfTheSamePaths_ReadsTheSame(string text) => Assert.Equal(WholeLines, Read(text));

    [Fact]
    public void Conversions_Absent_AreOneEach() =>
        Assert.Equal("A: 2 3.5 0\nB: 1 0 0", Read("path;value\nA;1\nB;\nA;2.5\n"));

    [Fact]
    public void PathColumnAlone_IsEnough() => Assert.Equal("A > B: 2 0 0", Read("path\nA > B\nA>B"));

    [Fact]
    public void Channels_MayHoldSeparatorsAndQuotes() =>
        Assert.Equal("a,\"b\" > c;d: 1 0 0", Read("path,conversions\n\"a,\"\"b\"\" > c;d\",1\n"));

    [Fact]
    public void EmptyPath_IsOneWithoutChannels()
    {
        ChannelPaths paths = PathsCsv.Read(new StringReader("path,conversions,nulls\n  ,3,4\n"));

        Assert.Equal(new PathTotals(3, 0, 4), paths.Empty);
        Assert.Equal(0, paths.Count);
    }

    [Fact]
    public void File_WithoutLines_HasNoPaths() => Assert.Equal("", Read("path,conversions\n"));

    [Theory]
    [InlineData("", 1, "the file is empty")]
    [InlineData("\n\n", 1, "the file is empty")]
    [InlineData("conversions,value\n1,2\n", 1, "no column path")]
    [InlineData("path|conversions\nA|1\n", 1, "no column path")]
    [InlineData("path,nulls\nA,1\n", 1, "a column conversions or total_conversions, too")]
    [InlineData("path,conversions,total_conversions\nA,1,1\n", 1, "two columns for conversions")]
    [InlineData("path,conversions\nA,1\nB\n", 3, "1 fields; expected 2")]
    [InlineData("path,conversions\nA,1,2\n", 2, "3 fields; expected 2")]
    [InlineData("path,conversions\nA > > B,1\n", 2, "an empty channel in 'A > > B'")]
    [InlineData("path,conversions\nA >,1\n", 2, "an empty channel")]
    [InlineData("path,conversions\nA,x\n", 2, "conversions 'x'; expected a whole number from 0")]
    [InlineData("path,conversions\nA,NA\n", 2, "conversions 'NA'")]
    [InlineData("path,conversions\nA,-1\n", 2, "conversions '-1'")]
    [InlineData("path,conversions\nA,1.5\n", 2, "conversions '1.5'")]
    [InlineData("path,conversions\nA,1e16\n", 2, "conversions '1e16'")]
    [InlineData("path;conversions;value\nA;1;1,5\n", 2, "value '1,5'; expected a number such as 12.5")]
    [InlineData("path,conversions,value\nA,1,1e99\n", 2, "value '1e99'")]
    [InlineData("path,conversions,value\nA,1,1e15\n", 2, "at most 14 digits before the point")]
    [InlineData("path,conversions,value\nA,0,5\n", 2, "a value of 0 where there is no conversion")]
    [InlineData("path,conversions,nulls\nA,1,-2\n", 2, "nulls '-2'")]
    [InlineData("path,conversions\n\"A\"B,1\n", 2, "text after the quote")]
    [InlineData("path,conversions\nA\"B,1\n", 2, "a quote inside of a field")]
    [InlineData("path,conversions\n\nA,1\n\"B,1\nC,1\n", 4, "a quoted field that does not end")]
    [InlineData("path,conversions\n\"A\n\r\n\rB\",1\nC,x\n", 6, "conversions 'x'")]
    public void File_ThatIsWrong_IsRefusedByLine(string text, long line, string message)
    {
        var refusal = Assert.Throws<PathsCsvException>(() => Read(text));

        Assert.Equal(line, refusal.LineNumber);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith($"line {line}: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_BeyondTheLimits_IsRefused()
    {
        string steps = string.Join(">", Enumerable.Repeat("A", ChannelPaths.MaxSteps + 1));

        Assert.Contains("at most 10000 channels", Refusal($"path\n{steps}\n"), StringComparison.Ordinal);
        Assert.Contains(
            "more than 1048576 characters", Refusal($"path\n{new string('x', 1_100_000)}\n"),
            StringComparison.Ordinal);
        Assert.Contains(
            "more than 1000 fields", Refusal($"path\n{new string(',', 1_001)}\n"), StringComparison.Ordinal);
    }

    /// <summary>Chunks of every small size split every token at every place.</summary>
    [Fact]
    public void Records_InChunksOfAnySize_AreTheSame()
    {
        const string Text = "path,x\r\n\"A > \"\"B\"\"\",\"1\r\n2\"\r\n\r\nC,\rD,\"\"\n";
        string whole = Records(Text, Text.Length);

        Assert.Equal("1 path|x\n2 A > \"B\"|1\r\n2\n5 C|\n6 D|", whole);
        for (int chunk = 1; chunk < Text.Length; chunk++)
            Assert.Equal(whole, Records(Text, chunk));
    }

    [Fact]
    public void Paths_WrittenAndRead_AreTheSame() =>
        Prop.ForAll(Arbitrary(4), samples =>
        {
            var text = new StringBuilder("nulls;path;value;conversions\r\n");
            foreach (Sample sample in samples)
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture,
                    $"{sample.Nulls};\"{sample.Path}\";{sample.Value};{sample.Conversions}\r\n");
            }

            return Read(text.ToString()) == Lines(Of(samples));
        }).CheckThrow(200);

    private static string Refusal(string text) => Assert.Throws<PathsCsvException>(() => Read(text)).Message;

    private static string Read(string text) => Lines(PathsCsv.Read(new StringReader(text)));

    private static string Records(string text, int chunkChars)
    {
        var records = new CsvRecords(new StringReader(text), chunkChars);
        var all = new List<string>();
        while (records.Read())
        {
            all.Add($"{records.LineNumber} " + string.Join(
                '|', Enumerable.Range(0, records.FieldCount).Select(field => records[field].ToString())));
        }

        return string.Join('\n', all);
    }
}
