using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What funnels, cohorts, retention and paths look like on terminals of four widths.</summary>
public sealed class JourneyOutputTests(PersonDatabase database) : IClassFixture<PersonDatabase>
{
    [Theory]
    [InlineData("funnel", "funnel", "visit", "signup", "purchase", "--within", "9d")]
    [InlineData("funnel.by",
        "funnel", "visit", "type in (signup, purchase)", "--by", "source", "--strict")]
    [InlineData("cohort", "cohort", "--every", "day", "--from", "2026-11-08")]
    [InlineData("cohort.weeks", "cohort", "--every", "week", "--from", "2026-10-05")]
    [InlineData("cohort.ltv", "cohort", "--measure", "ltv", "--tz", "Europe/Berlin")]
    [InlineData("retention", "retention", "--every", "week")]
    [InlineData("paths.none", "paths", "--ending", "none", "--limit", "8", "--collapse")]
    [InlineData("paths.times", "paths", "--ending", "none", "--show", "times")]
    public Task Table_AtEveryWidth_IsAsCommitted(string name, params string[] args) =>
        TerminalText.MatchesAsync(name, terminal => database.RunAsync(terminal, args));

    [Fact]
    public async Task Heat_OfCohorts_IsOnGrounds()
    {
        ReporterRun styled = await database.RunAsync(new Terminal(100, HasColor: true), "cohort");

        Assert.Contains("\e[48;5;", styled.Out, StringComparison.Ordinal);
    }
}
