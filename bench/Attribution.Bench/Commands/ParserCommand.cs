using System.CommandLine;
using Attribution.Bench.Micro;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>parser</c>: the parser beside <see cref="System.Text.Json.Utf8JsonReader"/>, as Markdown. Stateless.
/// </summary>
internal static class ParserCommand
{
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "How often each way of reading has its turn.",
        DefaultValueFactory = _ => 9,
    };

    private static readonly Option<int> WarmUp = Engines.Number(
        "--warm-up-ms", 600, 0, 60_000, "Milliseconds of each way before the first round.");

    public static Command Create()
    {
        var command = new Command("parser", "Compare the parser with Utf8JsonReader by ratios.")
        {
            Rounds, WarmUp,
        };
        command.SetAction(parsed => ParserRounds.Run(
            Console.Out, parsed.GetValue(Rounds), TimeSpan.FromMilliseconds(parsed.GetValue(WarmUp))));
        return command;
    }
}
