using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter.Commands.Manual;

/// <summary>
/// Writes the manual from the commands, options and settings themselves, so that it says what they do. Owned
/// by one run.
/// </summary>
internal sealed class ManualPage(TextWriter output)
{
    private static readonly string[] Manners =
    [
        "Data goes to the standard output, everything else to the standard error. On a terminal answers are "
            + "tables that fit its width; in a pipe they are tab-separated values without decoration.",
        "Every command has --help, which opens with examples. Words that a shell would take for its own, as "
            + "in a filter, stand in quotes.",
    ];

    private readonly Roff _roff = new(output);

    public void Write(RootCommand root)
    {
        string version = Assembly.GetExecutingAssembly()
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        _roff.Title(ReporterCommand.ProgramName, $"{ReporterCommand.ProgramName} {version.Split('+')[0]}");
        _roff.Section("NAME");
        _roff.Line($"{ReporterCommand.ProgramName} - which touch earned a conversion");
        _roff.Section("SYNOPSIS");
        _roff.Line($"{ReporterCommand.ProgramName} COMMAND [ARGUMENTS] [OPTIONS]");
        _roff.Section("DESCRIPTION");
        _roff.Line(root.Description!);
        foreach (string manner in Manners)
            _roff.Paragraph(manner);
        _roff.Section("COMMANDS");
        foreach (Command command in Leaves(root))
            WriteCommand(command);
        _roff.Section("OPTIONS");
        _roff.Line("All commands take these.");
        WriteOptions(root.Options);
        WriteSurroundings();
        _roff.Section("EXIT STATUS");
        foreach ((int code, string meaning) in ExitCode.All)
            _roff.Term(code.ToString(CultureInfo.InvariantCulture), null, meaning);
        _roff.Section("SEE ALSO");
        _roff.Line("clickhouse-client(1), less(1)");
    }

    private void WriteCommand(Command command)
    {
        string name = string.Join(' ', Path(command));
        IEnumerable<string> arguments = command.Arguments.Select(
            argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name);
        _roff.Part(string.Join(' ', arguments.Prepend(name)));
        _roff.Line(command.Description!);
        foreach (Argument argument in command.Arguments.Where(each => each.Description is not null))
            _roff.Term(argument.Name, null, argument.Description!);
        WriteOptions(command.Options);
        if (command is ExampleCommand { Examples: var examples })
            _roff.Example(examples.Select(each => $"{ReporterCommand.ProgramName} {each}"));
    }

    private void WriteOptions(IEnumerable<Option> options)
    {
        foreach (Option option in options.Where(option => !option.Hidden))
        {
            // Of the library's own, help has several names for other systems.
            string names = string.Join(", ", option.Aliases
                .Where(alias => alias.StartsWith('-')).Append(option.Name).Distinct());
            bool isSwitch = option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;
            _roff.Term(names, isSwitch ? null : option.HelpName ?? "VALUE", option.Description ?? "");
        }
    }

    private void WriteSurroundings()
    {
        _roff.Section("ENVIRONMENT");
        foreach (Setting setting in Setting.All)
            _roff.Term(setting.Variable, null, $"What {setting.Flag} says where it is absent.");
        _roff.Term(SettingValues.PasswordVariable, null, "The password of the ClickHouse user.");
        _roff.Term(ReadKey.Variable, null,
            "A key of scope read, which binds the program to its project; user and database are the key's.");
        _roff.Term("NO_COLOR", null, "No colours, whatever its value.");
        _roff.Section("FILES");
        _roff.Term(SettingsFile.ProjectName, null,
            "Settings of a project: a JSON object of texts, with the names of the options above that the "
            + "environment knows too, in the working folder or the nearest one above it.");
        _roff.Term("~/.config/attribution/config.json", null,
            "The same of a user. A flag wins over the environment, that over the project's file, and that "
            + "over the user's.");
    }

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0
        ? [command]
        : command.Subcommands.Where(each => !each.Hidden).SelectMany(Leaves);

    /// <summary>The command's name behind its parents', without the program's.</summary>
    private static IEnumerable<string> Path(Command command) => command.Parents.OfType<Command>()
        .FirstOrDefault(parent => parent is not RootCommand) is { } parent
            ? Path(parent).Append(command.Name)
            : [command.Name];
}
