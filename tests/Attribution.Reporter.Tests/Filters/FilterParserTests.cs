using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Tests.Filters;

/// <summary>What a filter means, and where an error points.</summary>
public sealed class FilterParserTests
{
    private static readonly string[] Columns = ["country", "revenue", "name"];

    [Theory]
    [InlineData("country = DE", true)]
    [InlineData("country = de", false)]
    [InlineData("country != DE", false)]
    [InlineData("country in (AT, DE)", true)]
    [InlineData("country not in (AT,DE)", false)]
    [InlineData("COUNTRY = DE", null)]
    [InlineData("revenue > 10", true)]
    [InlineData("revenue > 10.50", false)]
    [InlineData("revenue >= 10.50 and revenue <= 10.5", true)]
    [InlineData("revenue < 9 or country == 'DE'", true)]
    [InlineData("not (revenue < 9 or country = DE)", false)]
    [InlineData("not revenue < 9 and country = DE", true)]
    [InlineData("name is empty", true)]
    [InlineData("name is not null", false)]
    [InlineData("name = x or name != x", true)]
    [InlineData("name > a or not name > a", true)]
    [InlineData("country like 'D%'", true)]
    [InlineData("country like '_'", false)]
    [InlineData("country contains e", true)]
    [InlineData("country ~ '^D.$'", true)]
    [InlineData("country !~ 'X'", true)]
    [InlineData("country = AT or country = DE and revenue > 100", false)]
    [InlineData("(country = AT or country = DE) and revenue > 10", true)]
    [InlineData("country <> \"it\"\"s\"", true)]
    public void Holds_OverOneRow_AsTheLanguageSays(string text, bool? expected)
    {
        if (expected is null)
        {
            Assert.Throws<UsageException>(() => FilterPredicate.Parse(Source(text), Columns));
            return;
        }

        FilterPredicate predicate = FilterPredicate.Parse(Source(text), Columns);

        Assert.Equal(expected, predicate.Holds(name => name switch
        {
            "country" => "DE",
            "revenue" => 10.5m,
            _ => null,
        }));
    }

    [Theory]
    [InlineData("", 0, "a field's name was expected where it ends.")]
    [InlineData("country", 7, "how 'country' is compared")]
    [InlineData("country in DE", 11, "'(' and values was expected where 'DE' came.")]
    [InlineData("country in (DE", 14, "',' or ')' was expected where it ends.")]
    [InlineData("country in ()", 12, "a value was expected where ')' came.")]
    [InlineData("revenue > 10 country = DE", 13, "'and', 'or' or the end was expected where 'country' came.")]
    [InlineData("revenue >", 9, "a value was expected where it ends.")]
    [InlineData("(revenue > 1", 12, "')' was expected where it ends.")]
    [InlineData("revenue > 1)", 11, "there is no '(' that this ')' could end.")]
    [InlineData("country = 'DE", 10, "the quote ' does not end.")]
    [InlineData("country ! DE", 8, "'!' alone means nothing")]
    [InlineData("contry = DE", 0, "Did you mean 'country'?")]
    [InlineData("é春 = 1 or", 9, "a field's name was expected where it ends.")]
    public void Error_PointsAtThePlace(string text, int at, string message)
    {
        UsageException error =
            Assert.Throws<UsageException>(() => FilterPredicate.Parse(Source(text), Columns));

        string[] lines = error.Message.Split('\n');
        Assert.Contains(message, lines[0], StringComparison.Ordinal);
        Assert.Equal($"  {text}", lines[1]);
        // A wide letter takes two cells, and so moves the caret.
        int wide = text[..at].Count(c => c == '春');
        Assert.Equal($"  {new string(' ', at + wide)}^", lines[2]);
    }

    [Fact]
    public void Parse_OfAnyText_EndsOrPointsIntoIt()
    {
        string[] pieces =
        [
            "a", "(", ")", "and", "or", "not", "in", "=", "!=", "~", "'x'", "'", ",", "is", "empty", "春",
            "\n",
        ];
        var random = new Random(20261130);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Join(
                ' ', Enumerable.Range(0, random.Next(9)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                FilterParser.Parse(Source(text));
                accepted++;
            }
            catch (UsageException error)
            {
                Assert.Contains("^", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(accepted, 1, 20_000);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefused()
    {
        string text = new string('(', 100_000) + "a = 1";

        Assert.Throws<UsageException>(() => FilterParser.Parse(Source(text)));
        Assert.Throws<UsageException>(() => FilterParser.Parse(Source(new string('(', 5_000) + "a = 1")));
        Assert.Throws<UsageException>(
            () => FilterParser.Parse(Source(string.Concat(Enumerable.Repeat("not ", 2_000)) + "a = 1")));
    }

    private static FilterText Source(string text) => new("--fail-if", text);
}
