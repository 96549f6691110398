using System.CommandLine;
using System.Globalization;
using Attribution.Bench.Crash;
using Attribution.Bench.Load;
using Attribution.Bench.Starts;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>launch ./attribution "dotnet Attribution.Reporter.dll"</c>: how long the reporter takes to start,
/// answer and end, as Markdown. Stateless.
/// </summary>
internal static class LaunchCommand
{
    private static readonly Argument<string[]> Programs = new("PROGRAM")
    {
        Description = "Command lines of the same program, measured in turn.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Questions = new("--question")
    {
        Description = "What to ask each; may be given several times. --version, --help and channels "
            + "otherwise.",
        DefaultValueFactory = _ => ["--version", "--help", "channels"],
    };

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 10, 1, 1_000, "Each asks every program everything.");

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command("launch", "Measure how long a program takes to start, answer and end.")
        {
            Programs, Questions, Rounds, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var run = new LaunchRun(parsed.GetRequiredValue(Programs), parsed.GetRequiredValue(Questions));
        IReadOnlyList<LaunchSummary> all = await run.RunAsync(parsed.GetValue(Rounds), cancel);
        Console.WriteLine("| program | question | median, ms | from | to |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        foreach (LaunchSummary one in all)
            Console.WriteLine(Line(one));
        await ResultFile.WriteAsync(parsed.GetValue(Json), all, cancel);
        return 0;
    }

    private static string Line(LaunchSummary one)
    {
        Spread millis = one.Millis;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| `{one.Program}` | `{one.Question}` | {millis.Median:0} | {millis.Min:0} | {millis.Max:0} |");
    }
}
