using System.CommandLine;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Completions;

/// <summary>
/// What the scripts ask: the words so far, the last of which is being written. One suggestion per line.
/// Hidden; owned by the root command.
/// </summary>
internal sealed class CompleteCommand : Command
{
    private readonly Argument<string[]> _words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };

    public CompleteCommand(RootCommand root, ReportConsole console)
        : base("complete", "What could come next on a command line.")
    {
        Hidden = true;
        Arguments.Add(_words);
        SetAction(parsed =>
        {
            foreach (string suggestion in Suggestions.For(root, parsed.GetValue(_words) ?? []))
                console.Out.Write(CellText.Plain(suggestion) + "\n");
            return ExitCode.Ok;
        });
    }
}
