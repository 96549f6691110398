using System.Text.RegularExpressions;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What funnels, cohorts, retention and paths look like on terminals of four widths.</summary>
public sealed partial class JourneyOutputTests(PersonDatabase database) : IClassFixture<PersonDatabase>
{
    private static readonly (string Name, string[] Args)[] Reports =
    [
        ("funnel", ["funnel", "visit", "signup", "purchase", "--within", "9d"]),
        ("funnel.by", ["funnel", "visit", "type in (signup, purchase)", "--by", "source", "--strict"]),
        ("cohort", ["cohort", "--every", "day", "--from", "2026-11-08"]),
        ("cohort.ltv", ["cohort", "--measure", "ltv", "--tz", "Europe/Berlin"]),
        ("retention", ["retention", "--every", "week"]),
        ("paths.none", ["paths", "--ending", "none", "--limit", "8", "--collapse"]),
        ("paths.times", ["paths", "--ending", "none", "--show", "times"]),
    ];

    public static TheoryData<string, int, string[]> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, string[]>();
            foreach ((string name, string[] args) in Reports)
            {
                foreach (int width in (int[])[60, 80, 120, 200])
                    cases.Add(name, width, args);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Table_AtEveryWidth_IsAsCommitted(string name, int width, string[] args)
    {
        ReporterRun run = await database.RunAsync(new Terminal(width), args);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches($"{name}.{width}.txt", $"{run.Out}--- notes\n{run.Error}");
    }

    [Fact]
    public async Task Heat_OfCohorts_IsTheSameTextOnGrounds()
    {
        string[] args = ["cohort", "--every", "week", "--from", "2026-10-05"];

        ReporterRun styled = await database.RunAsync(new Terminal(100, HasColor: true), args);
        ReporterRun plain = await database.RunAsync(new Terminal(100), args);

        ExpectedText.Matches("cohort.color.txt", styled.Out);
        Assert.Equal(plain.Out, Style().Replace(styled.Out, ""));
        Assert.Contains("\e[48;5;", styled.Out, StringComparison.Ordinal);
    }

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Style();
}
