using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Attribution.Reporter.Commands;

namespace Attribution.Reporter;

/// <summary>Help that opens with what can be typed right away. Owned by the root command.</summary>
internal sealed class ExampleHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _inner;

    public ExampleHelp(HelpAction inner, int width)
    {
        _inner = inner;
        _inner.MaxWidth = width;
    }

    public override bool ClearsParseErrors => _inner.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        IReadOnlyList<string> examples = parseResult.CommandResult.Command is ExampleCommand command
            ? command.Examples
            : ["channels --from 7d", "models"];
        output.WriteLine("Examples:");
        foreach (string example in examples)
            output.WriteLine($"  {ReporterCommand.ProgramName} {example}");
        output.WriteLine();
        using var help = new StringWriter();
        parseResult.InvocationConfiguration.Output = help;
        int code = _inner.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        // The library names the file that was started, which is the development kit's as often as not.
        output.Write(help.ToString().Replace(
            RootCommand.ExecutableName, ReporterCommand.ProgramName, StringComparison.Ordinal));
        return code;
    }
}
