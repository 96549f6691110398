namespace Attribution.Reporter.Commands.Configs;

/// <summary>
/// <c>config list|show|diff|validate</c>: what decides results. Owned by the root command.
/// </summary>
internal sealed class ConfigCommand : ExampleCommand
{
    public ConfigCommand(ReportOptions options, ReportConsole console)
        : base(
            "config",
            "The configs that decide results: which are in use, what they say, where two part, and whether a "
            + "file is one.")
    {
        Subcommands.Add(new ConfigListCommand(options, console));
        Subcommands.Add(new ConfigShowCommand(options, console));
        Subcommands.Add(new ConfigDiffCommand(options, console));
        Subcommands.Add(new ConfigValidateCommand(options, console));
    }

    public override IReadOnlyList<string> Examples => ["config list", "config diff web mmp"];
}
