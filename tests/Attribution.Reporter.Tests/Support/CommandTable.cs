using System.CommandLine;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Every command that asks a server, with what it needs to do so. Constants only; held complete by a test.
/// </summary>
internal static class CommandTable
{
    /// <summary>These ask nobody.</summary>
    private static readonly string[] Others =
        ["config validate", "schema fields", "completion", "complete", "man"];

    public static IReadOnlyList<string[]> AskingCommands { get; } =
    [
        .. ((string[])
        [
            "channels", "campaigns", "sources", "top|campaign", "models", "trend|conversions", "paths",
            "funnel|click|purchase", "cohort", "retention", "report|--no-charts", "journey|u1", "conversions",
            "events", "quality", "watch|--once", "explain|c1", "whatif|--config|mmp|--against|web",
            "config|list", "config|show|abc", "config|diff|abc|def", "fit|markov",
            "replay|--config|web|--dry-run", "digest", "sums|--dry-run", "sql|SELECT 1",
            "schema|tables", "schema|sql|events", "export|events|--format|csv",
            "export|attributions|--format|csv", "doctor",
        ]).Select(words => words.Split('|')),
    ];

    /// <summary>Those of the program that the table does not have.</summary>
    public static IEnumerable<string> Missing()
    {
        using var console = new ReportConsole { Out = TextWriter.Null, Error = TextWriter.Null };
        return [.. Leaves(ReporterCommand.Create(console), "").Except(Others)
            .Where(name => !AskingCommands.Any(words => Starts(words, name.Split(' '))))];
    }

    private static bool Starts(string[] words, string[] name) =>
        words.Take(name.Length).SequenceEqual(name);

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(each => Leaves(each, $"{path} {each.Name}".Trim()));
}
