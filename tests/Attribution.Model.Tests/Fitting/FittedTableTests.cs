using System.Security.Cryptography;
using System.Text;
using Attribution.Model.Fitting;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Fitting.PathSamples;

namespace Attribution.Model.Tests.Fitting;

public class FittedTableTests
{
    private const string BrylDocument =
        """
        {"kind":"markov","order":1,"transforms":["exposure"],"version":1,
        "weights":{"C1":500000000,"C2":1000000000,"C3":1000000000}}
        """;

    [Fact]
    public void Table_OfAFit_IsThePinnedDocument()
    {
        var table = FittedTable.From(MarkovChain.Fit(Bryl(), 1), [PathTransform.Exposure]);

        Assert.Equal(BrylDocument.ReplaceLineEndings(""), Encoding.UTF8.GetString(table.CanonicalJson.Span));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(table.CanonicalJson.Span)), table.Hash);
        Assert.Equal("f11ca3fe", table.Hash[..8]);
    }

    [Fact]
    public void Parse_OfAnyLayout_IsTheSameTable()
    {
        FittedTable table = Parse(
            """
            { "weights": { "C3": 1000000000, "C1": 500000000,
              "\u0043\u0032": 1000000000 }, "transforms": ["exposure"],
              "order": 1, "kind": "markov", "version": 1 }
            """);

        Assert.Equal(BrylDocument.ReplaceLineEndings(""), Encoding.UTF8.GetString(table.CanonicalJson.Span));
        Assert.Equal((FittedKind.Markov, 1), (table.Kind, table.Order));
        Assert.Equal([PathTransform.Exposure], table.Transforms);
    }

    [Fact]
    public void EveryTable_ParsesBackToItsHash() =>
        Prop.ForAll(Arbitrary(5), samples =>
        {
            ChannelPaths paths = Of(samples);
            FittedTable[] tables =
            [
                FittedTable.From(MarkovChain.Fit(paths, 2), [PathTransform.First, PathTransform.None]),
                .. Enum.GetValues<ShapleyForm>().Select(form =>
                    FittedTable.From(ShapleyFit.Fit(paths, form), [])),
            ];
            return tables.All(table => FittedTable.Parse(table.CanonicalJson.Span) is var parsed
                && parsed.Hash == table.Hash && parsed.Kind == table.Kind && parsed.Order == table.Order
                && parsed.Channels.SequenceEqual(table.Channels)
                && table.Channels.All(channel => Enumerable.Range(0, 30).All(position =>
                    parsed.Weight(channel, position) == table.Weight(channel, position))));
        }).CheckThrow(100);

    [Fact]
    public void Weights_OfOrdered_AreByPositionAndTheLastStandsForLater()
    {
        FittedTable table = Parse(
            """{"version":1,"kind":"shapley_ordered","transforms":[],"positions":{"A":[5,3,1],"B":[7]}}""");

        Assert.Equal([5UL, 3, 1, 1, 1], Enumerable.Range(0, 5).Select(at => table.Weight("A", at)));
        Assert.Equal(7UL, table.Weight("B", 1_999));
        Assert.Equal(0UL, table.Weight("C", 0));
        Assert.Equal([0.25, 0.35, 0.05, 0.35], FittedShares.Of(table, "A", "B", "A", "B"), Near);
    }

    [Fact]
    public void Shares_OfAJourney_FollowTheKind()
    {
        const string Weights = """ "transforms":[],"weights":{"A":600000000,"B":300000000}}""";
        FittedTable markov = Parse("""{"version":1,"kind":"markov","order":1,""" + Weights);
        FittedTable shapley = Parse("""{"version":1,"kind":"shapley",""" + Weights);
        FittedTable rate = Parse("""{"version":1,"kind":"shapley_rate",""" + Weights);
        string[] journey = ["A", "B", "A", "new"];

        Assert.Equal([0.4, 0.2, 0.4, 0], FittedShares.Of(markov, journey), Near);
        Assert.Equal([1 / 3d, 1 / 3d, 1 / 3d, 0], FittedShares.Of(shapley, journey), Near);
        Assert.Equal(FittedShares.Of(shapley, journey), FittedShares.Of(rate, journey));
        Assert.Equal([0.5, 0.5], FittedShares.Of(markov, "new", "other"), Near);
    }

    [Fact]
    public void Fit_ByFrequency_MakesNoTable()
    {
        ChannelPaths paths = PathTransforms.Apply(
            Of(new("A > B > A", 3, 0, 1), new("A", 1, 0, 9)), [PathTransform.Frequency]);
        MarkovFit fit = MarkovChain.Fit(paths, 1);

        var refusal = Assert.Throws<FittedTableException>(
            () => FittedTable.From(fit, [PathTransform.Frequency]));
        Assert.Equal("transforms", Assert.Single(refusal.Errors).Path);
        Assert.Throws<FittedTableException>(() => Parse(
            """{"version":1,"kind":"shapley","transforms":["frequency"],"weights":{"A(1)":1}}"""));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-9;

    [Fact]
    public void Fit_ThatCreditsNothing_MakesNoTable()
    {
        MarkovFit fit = MarkovChain.Fit(Of(new Sample("A", 0, 0, 5)), 1);

        var refusal = Assert.Throws<FittedTableException>(() => FittedTable.From(fit, []));

        Assert.Equal("weights: found only weights of 0, expected a weight above 0", refusal.Message);
    }

    [Theory]
    [InlineData("", "$: found")]
    [InlineData("[]", "$: found [], expected an object")]
    [InlineData("{", "expected one JSON object (RFC 8259), no key twice")]
    [InlineData("{}", "version: found nothing, expected 1")]
    [InlineData("{}", "kind: found nothing, expected one of markov, shapley, shapley_ordered, shapley_rate")]
    [InlineData("""{"kind":"markov"}""", "order: found nothing, expected a whole number from 1 to 4")]
    [InlineData("""{"kind":"markov","order":5}""", "order: found 5, expected a whole number from 1 to 4")]
    [InlineData("""{"kind":"markov","version":2}""", "version: found 2, expected 1")]
    [InlineData("""{"kind":"markov","version":1.5}""", "version: found 1.5, expected 1")]
    [InlineData("""{"kind":"shapley"}""", "transforms: found nothing, expected an array of at most 16")]
    [InlineData("""{"kind":"shapley","transforms":["unique_path"]}""", "transforms: found [\"unique_path\"]")]
    [InlineData("""{"kind":"shapley","transforms":[7]}""", "transforms: found [7]")]
    [InlineData("""{"kind":"shapley"}""", "weights: found nothing, expected an object")]
    [InlineData("""{"kind":"shapley","weights":[1]}""", "weights: found [1], expected an object")]
    [InlineData("""{"kind":"shapley","order":1}""", "order: found 1, expected version, kind, transforms or")]
    [InlineData("""{"kind":"shapley","positions":{}}""", "positions: found {}, expected version, kind,")]
    [InlineData("""{"kind":"shapley_ordered"}""", "positions: found nothing, expected an object")]
    [InlineData("""{"kind":"shapley","weights":{"A":-1}}""", "weights.A: found -1, expected a whole number")]
    [InlineData("""{"kind":"shapley","weights":{"A":1000000001}}""", "from 0 to 1000000000")]
    [InlineData("""{"kind":"shapley","weights":{"A":0.5}}""", "weights.A: found 0.5")]
    [InlineData("""{"kind":"shapley","weights":{"A":1e3}}""", "weights.A: found 1e3")]
    [InlineData("""{"kind":"shapley","weights":{"A":"1"}}""", "weights.A: found \"1\"")]
    [InlineData("""{"kind":"shapley","weights":{"A":[1]}}""", "weights.A: found [1]")]
    [InlineData("""{"kind":"shapley","weights":{"A":99999999999999999999}}""", "weights.A: found 9999")]
    [InlineData("""{"kind":"shapley_ordered","positions":{"A":5}}""", "positions.A: found 5, expected an")]
    [InlineData("""{"kind":"shapley_ordered","positions":{"A":[]}}""", "positions.A: found []")]
    [InlineData("""{"kind":"shapley_ordered","positions":{"A":[1,true]}}""", "positions.A: found [1,true]")]
    [InlineData("""{"kind":"shapley","kind":"shapley"}""", "no key twice")]
    [InlineData("""{"kind":"shapley","weights":{"A":1,"A":1}}""", "no key twice")]
    [InlineData("""{"kind":"shapley","weights":{"\ud800":1}}""", "strings of valid Unicode")]
    [InlineData("""{"version":1,"kind":"shapley","transforms":[],"weights":{}}""", "found no channel")]
    [InlineData("""{"version":1,"kind":"shapley","transforms":[],"weights":{"A":0}}""", "only weights of 0")]
    [InlineData("""{"version":1,"kind":"shapley","transforms":[],"weights":{"":1}}""", "1 to 1024 bytes")]
    public void Document_ThatIsWrong_IsRefusedByPath(string json, string message)
    {
        var refusal = Assert.Throws<FittedTableException>(() => Parse(json));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_WithManyFaults_NamesThemAll()
    {
        var refusal = Assert.Throws<FittedTableException>(() => Parse(
            """{"version":0,"kind":"markov","order":9,"transforms":{},"weights":{"A":-1,"B":true},"z":0}"""));

        Assert.Equal(
            ["version", "order", "transforms", "weights.A", "weights.B", "z"],
            refusal.Errors.Select(error => error.Path));
    }

    [Fact]
    public void Document_BeyondTheLimits_IsRefused()
    {
        string twentyOne = string.Join(',', Enumerable.Repeat("1", 21));
        string channels = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"c{i}\":1"));

        Assert.Contains("an array of 1 to 20", Refusal(
            $$$"""{"kind":"shapley_ordered","positions":{"A":[{{{twentyOne}}}]}}"""),
            StringComparison.Ordinal);
        Assert.Contains("at most 10000 channels", Refusal(
            $$$"""{"version":1,"kind":"shapley","transforms":[],"weights":{{{{channels}}}}}"""),
            StringComparison.Ordinal);
    }

    private static string Refusal(string json) =>
        Assert.Throws<FittedTableException>(() => Parse(json)).Message;

    private static FittedTable Parse(string json) => FittedTable.Parse(Encoding.UTF8.GetBytes(json));
}
