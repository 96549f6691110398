using System.CommandLine;
using System.Reflection;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Completions;

/// <summary>
/// <c>completion bash</c>: a script for a shell that asks this program what could come next. Owned by the
/// root command.
/// </summary>
internal sealed class CompletionCommand : ExampleCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    private readonly Option<string> _name = new("--program")
    {
        Description = "What the program is called as.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "attribution",
    };

    public CompletionCommand(ReportConsole console)
        : base(
            "completion",
            "A script that completes commands, options, their values and fields of events. In bash: source "
            + "<(attribution completion bash).")
    {
        Arguments.Add(_shell);
        Options.Add(_name);
        SetAction(parsed => Run(parsed, console));
    }

    public override IReadOnlyList<string> Examples => ["completion bash", "completion fish"];

    private int Run(ParseResult parsed, ReportConsole console)
    {
        string shell = parsed.GetRequiredValue(_shell);
        if (!Shells.Contains(shell))
        {
            string refusal = $"error: '{shell}' is none of {string.Join(", ", Shells)}."
                + Nearest.Hint(shell, Shells);
            console.Error.WriteLine(CellText.Plain(refusal));
            return ExitCode.Usage;
        }

        string name = parsed.GetRequiredValue(_name);
        // It becomes a part of the script.
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            console.Error.WriteLine("error: --program: letters, digits, '-', '_' and '.' were expected.");
            return ExitCode.Usage;
        }

        string resource = $"Attribution.Reporter.Commands.Completions.{shell}.txt";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program carries no {resource}.");
        using var reader = new StreamReader(stream);
        string function = name.Replace('-', '_').Replace('.', '_');
        console.Out.Write(reader.ReadToEnd()
            .Replace("@NAME@", name, StringComparison.Ordinal)
            .Replace("@FUNCTION@", function, StringComparison.Ordinal));
        return ExitCode.Ok;
    }
}
