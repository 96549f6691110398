using System.Globalization;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Testing;

namespace Attribution.Model.Tests.Golden;

/// <remarks>
/// Hand-worked cases in the text files beside this one and in the examples of docs/attribution.md. Each is
/// checked in the order it is written and in the reverse, since arrival must not matter.
/// </remarks>
public class GoldenTests
{
    private static readonly string Folder =
        Path.Combine(Corpora.Repository(), "tests", "Attribution.Model.Tests", "Golden");

    private static readonly string Document = Path.Combine(Corpora.Repository(), "docs", "attribution.md");

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (string file in Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal))
        {
            foreach (GoldenCase golden in GoldenCase.Read(File.ReadLines(file)))
                data.Add(Path.GetFileName(file), golden.Name);
        }

        return data;
    }

    public static TheoryData<string> Examples() =>
        new(GoldenCase.Read(ExampleLines()).Select(example => example.Name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Golden_OfAFile_IsWhatTheFunctionSays(string file, string name) =>
        Check(GoldenCase.Read(File.ReadLines(Path.Combine(Folder, file))), name);

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OfTheDocument_IsWhatTheFunctionSays(string name) =>
        Check(GoldenCase.Read(ExampleLines()), name);

    [Fact]
    public void Documents_HaveTheirCases()
    {
        Assert.True(Cases().Count > 110, $"{Cases().Count} golden cases");
        Assert.True(Examples().Count >= 14, $"{Examples().Count} examples");
    }

    private static IEnumerable<string> ExampleLines()
    {
        bool isInside = false;
        foreach (string line in File.ReadLines(Document))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isInside = line == "```golden";
            else if (isInside)
                yield return line;
        }
    }

    private static void Check(IReadOnlyList<GoldenCase> cases, string name)
    {
        GoldenCase golden = Assert.Single(cases, c => c.Name == name);
        Check(golden, golden.Build().Attribute());
        Check(golden, golden.Build(Enumerable.Range(0, golden.EventCount).Reverse()).Attribute());
    }

    private static void Check(GoldenCase golden, IReadOnlyList<AttributedConversion> conversions)
    {
        Assert.NotEmpty(golden.Shares.Concat(golden.Rejections).Concat(golden.Heads).Concat(golden.Verdicts));
        foreach (string line in golden.Shares)
        {
            string[] sides = line.Split('=', 2);
            foreach ((string row, AttributedModel model) in Rows(conversions, sides[0]))
                Assert.Equal($"{row} ={Spelled(sides[1])}", $"{row} ={Spelled(model.Touches)}");
        }

        foreach (IGrouping<string, string> lines in golden.Rejections
            .GroupBy(line => string.Join(' ', line.Split(' ')[..2])))
        {
            string[] expected = [.. lines.Select(line => line[(lines.Key.Length + 1)..])];
            foreach ((string row, AttributedModel model) in Rows(conversions, lines.Key))
            {
                string[] found =
                [
                    .. model.ReadEvidence().Rejected.Select(r => $"{r.Touch}: {EvidenceText.Describe(r)}"),
                ];
                Assert.Equal([row, .. expected], [row, .. found]);
            }
        }

        foreach (string line in golden.Heads)
        {
            string[] sides = line.Split(": ", 2);
            foreach ((string row, AttributedModel model) in Rows(conversions, sides[0]))
                Assert.Equal($"{row}: {sides[1]}", $"{row}: {Head(model.ReadEvidence())}");
        }

        foreach (string[] words in golden.Verdicts.Select(line => line.Split(' ')))
        {
            ConversionVerdict verdict = Assert.Single(conversions, c => c.Id == words[0]).Verdict;
            Assert.Equal(words[1], verdict.ToString(), ignoreCase: true);
        }
    }

    private static IEnumerable<(string Row, AttributedModel Model)> Rows(
        IReadOnlyList<AttributedConversion> conversions, string key)
    {
        string[] words = key.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        AttributedConversion conversion = Assert.Single(conversions, c => c.Id == words[0]);
        return words[1] == "*"
            ? conversion.Models.Select(model => ($"{words[0]} {model.Model}", model))
            : [($"{words[0]} {words[1]}", conversion[words[1]])];
    }

    private static string Spelled(string expected) => expected.Trim() == "nobody"
        ? " nobody"
        : string.Concat(expected.Split(',')
            .Select(share => share.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => (words, value: words.Length > 2 ? GoldenCase.Money(words[2]) : 0))
            .Select(share => $" {share.words[0]} {share.words[1]} {share.value}"));

    private static string Spelled(IReadOnlyList<AttributedTouch> touches) => touches.Count == 0
        ? " nobody"
        : string.Concat(touches.Select(t =>
            string.Create(
                CultureInfo.InvariantCulture, $" {t.Id} {t.CreditMillionths} {t.ValueTenThousandths}")));

    private static string Head(EvidenceDocument evidence) => string.Join(", ",
    [
        $"considered {evidence.Considered}", $"eligible {evidence.Eligible}",
        .. evidence.IsSumming ? [] : (string[])["not summing"],
        .. evidence.Fallback is null ? [] : (string[])[$"fallback {evidence.Fallback}"],
        .. Deciding("", evidence.Conversion), .. Deciding("install ", evidence.Install),
        .. Deciding("reengagement ", evidence.Reengagement),
    ]);

    private static string[] Deciding(string name, DecidingEvent? deciding) => deciding is null
        ? []
        : [
            name + (deciding.Rule is null ? "" : deciding.Rule + " ") + deciding.Id
                + (deciding.Touch is null ? "" : $" by {deciding.Touch}")
                + $" {EvidenceText.Clock(deciding.AgeMillis)} of {EvidenceText.Clock(deciding.LimitMillis)}",
        ];
}
