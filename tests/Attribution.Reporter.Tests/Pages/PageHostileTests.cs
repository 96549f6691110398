using System.Text.Json;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Pages;

/// <summary>A page over texts that a browser could take for markup, as a browser shows it.</summary>
public sealed class PageHostileTests(MarkupDatabase database) : IClassFixture<MarkupDatabase>
{
    /// <summary>All that page.js makes, and the SVG of the charts.</summary>
    private static readonly string[] Made =
    [
        "a", "b", "button", "details", "div", "h1", "h2", "header", "li", "nav", "p", "pre", "section",
        "span", "summary", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ];

    [Fact]
    public async Task Page_OfMarkupAsData_ShowsItAsText()
    {
        ReporterRun run = await database.RunAsync(
            "report", "--from", "2026-11-01", "--to", "2026-11-20", "--where",
            $"campaign = '{MarkupDatabase.Markup}'", "--funnel", "click", "purchase");
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        string screenshot = Path.Combine(AppContext.BaseDirectory, "report.hostile.png");

        JsonElement seen = await Browser.LookAsync(run.Out, "light", screenshot);

        Assert.Empty(seen.GetProperty("errors").EnumerateArray());
        Assert.Empty(seen.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).Except(Made));
        Assert.Contains(
            MarkupDatabase.Markup, seen.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(MarkupDatabase.Markup, run.Out, StringComparison.Ordinal);
        PageShown.AssertWhole(PageData.Of(run.Out), seen);
        Assert.Contains(
            "Content-Security-Policy\" content=\"default-src 'none'", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAProjectNamedAsMarkup_HasItAsItsTitle()
    {
        ReporterRun run = await database.RunAsync(
            "report", "--no-charts", "--project", MarkupDatabase.Markup, "--funnel", "click", "purchase");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.DoesNotContain("<img", run.Out, StringComparison.Ordinal);
        Assert.Contains("<title>Attribution of &lt;/title&gt;", run.Out, StringComparison.Ordinal);
    }
}

/// <summary>Conversions whose every text is markup. The tests of a class only read it.</summary>
public sealed class MarkupDatabase : TestDatabase
{
    public const string Markup = "</title></script><img src=x onerror=alert(1)><b>";

    protected override async Task FillAsync()
    {
        await InsertAsync("attributions", [.. ((string[])["first", "last", "linear"]).Select(Conversion)]);
        await InsertAsync("events", [Event("click", 11), Event("purchase", 12)]);
    }

    private static object Conversion(string model) => new
    {
        project = "default",
        conversion_id = Markup,
        conversion_type = "purchase",
        conversion_time = "2026-11-05 12:00:00.000",
        model,
        config = KnownData.NewConfig,
        version = 1,
        person = 7,
        revenue = 5,
        currency = "USD",
        touches = new[] { "t1" },
        touch_times = new[] { "2026-11-05 11:00:00.000" },
        touch_types = new[] { "click" },
        channels = new[] { Markup },
        sources = new[] { Markup },
        mediums = new[] { Markup },
        campaigns = new[] { Markup },
        credits = new[] { 1_000_000 },
        credit_values = new[] { 5 },
    };

    private static object Event(string type, int hour) => new
    {
        project = "default",
        event_id = $"{type}{Markup}",
        type,
        timestamp = $"2026-11-05 {hour}:00:00.000",
        received_at = $"2026-11-05 {hour}:00:00.000",
        anonymous_id = Markup,
        source = Markup,
        medium = Markup,
        campaign = Markup,
    };
}
