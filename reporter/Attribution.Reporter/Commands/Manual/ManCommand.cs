using System.CommandLine;

namespace Attribution.Reporter.Commands.Manual;

/// <summary><c>man</c>: the program's page for man(1). Owned by the root command.</summary>
internal sealed class ManCommand : ExampleCommand
{
    public ManCommand(RootCommand root, ReportConsole console)
        : base("man", "This program's page for man(1), written from its own commands and options.") =>
        SetAction(_ =>
        {
            new ManualPage(console.Out).Write(root);
            return ExitCode.Ok;
        });

    public override IReadOnlyList<string> Examples => ["man | man -l -", "man > attribution.1"];
}
