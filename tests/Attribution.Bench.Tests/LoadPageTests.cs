using System.Globalization;
using System.Xml.Linq;
using Attribution.Bench.Load;
using Attribution.Bench.Reports;

namespace Attribution.Bench.Tests;

public class LoadPageTests
{
    private static readonly string[] Outside = ["src", "href", "srcset", "data", "action"];

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Render_AnyNumberOfSteps_IsWellFormedAndNeedsNothingElse(int steps)
    {
        Machine machine = Machine.Current() with { Command = "bench <load> & \"x\"" };
        string page = LoadPage.Render(Result(steps), machine);

        XDocument document = XDocument.Parse(page);
        Assert.DoesNotContain(
            document.Descendants(), element => element.Name.LocalName is "script" or "link" or "img");
        Assert.DoesNotContain(
            document.Descendants().Attributes(), attribute => Outside.Contains(attribute.Name.LocalName));
        string style = document.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", style, StringComparison.Ordinal);
        string about = document.Descendants("p").First().Value;
        Assert.EndsWith("bench <load> & \"x\"", about, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Charts_KeepEveryPointInTheirFrame()
    {
        XDocument document = XDocument.Parse(LoadPage.Render(Result(6), Machine.Current()));

        Assert.Equal(5, document.Descendants("svg").Count());
        foreach (XElement line in document.Descendants("polyline"))
        {
            foreach (string point in line.Attribute("points")!.Value.Trim().Split(' '))
            {
                double[] xy =
                [
                    .. point.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)),
                ];
                Assert.InRange(xy[0], 79, 741);
                Assert.InRange(xy[1], 15, 257);
            }
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.9, 1)]
    [InlineData(1.1, 2)]
    [InlineData(2.4, 2.5)]
    [InlineData(99, 100)]
    [InlineData(260_000, 500_000)]
    public void NiceMax_OfAnyValue_IsARoundOneAbove(double max, double expected) =>
        Assert.Equal(expected, SvgChart.NiceMax(max), 9);

    private static LoadResult Result(int steps) => new()
    {
        BatchEvents = 100,
        Connections = 8,
        Pipelined = 1,
        FirstError = "",
        EventTimeSpeed = 7200,
        Steps = [.. Enumerable.Range(0, steps).Select(Step)],
        KneeEventsPerSecond = steps > 1 ? 40_000 : null,
        LagAtEndSeconds = 0.5,
        Visible = null,
    };

    private static LoadStep Step(int number) => new()
    {
        Rate = number * 10_000,
        Seconds = 3,
        Events = 30_000,
        Errors = 0,
        EventsPerSecond = 9_999,
        RequestsPerSecond = 99,
        AnsweredShare = 1,
        AnswerP50Millis = 1,
        AnswerP90Millis = 2,
        AnswerP99Millis = 3 * number,
        AnswerP999Millis = 4,
        AnswerMaxMillis = 500,
        Costs = LoadCosts.Between(Sample(), Sample(), 30_000),
        Curve = [new(0, 0.1), new(0.5, 1), new(0.99, 3), new(0.99999, 40), new(1, 500)],
        Course = [new(1, 10_000, 1, 2, 100), new(2, 12_000, 1, 3, null), new(3, 8_000, 1, 90, 0)],
    };

    private static CostSample Sample() => new(EngineMetrics.Parse(""), TimeSpan.Zero, 0, null);
}
