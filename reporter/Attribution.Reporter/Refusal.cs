using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Attribution.Reporter;

/// <summary>
/// What is said of a command line that cannot be read, with the name that was most likely meant: a pure
/// function of its parse. Stateless.
/// </summary>
internal static partial class Refusal
{
    /// <summary>One sentence per thing that is wrong; none where the line can be read.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Hidden)
            return [.. parsed.Errors.Select(static error => error.Message)];
        if (Unknown(parsed) is { } token)
            return [Unknown(command, parsed.CommandResult, token)];
        return [.. parsed.Errors.Select(error => Sentence(command, error)).Distinct()];
    }

    /// <summary>
    /// The first word that nothing takes. An argument that takes any number of words would take a misspelled
    /// option too, and the answer would be to another question.
    /// </summary>
    private static string? Unknown(ParseResult parsed)
    {
        HashSet<string> before =
        [
            .. parsed.Tokens.TakeWhile(static token => token.Type != TokenType.DoubleDash)
                .Where(static token => OptionName().IsMatch(token.Value))
                .Select(static token => token.Value),
        ];
        IEnumerable<string> swallowed = parsed.CommandResult.Children
            .Where(static child => child is ArgumentResult
                or OptionResult { Option.AllowMultipleArgumentsPerToken: true })
            .SelectMany(static child => child.Tokens)
            .Select(static token => token.Value)
            .Where(before.Contains);
        return swallowed.Concat(parsed.UnmatchedTokens).FirstOrDefault();
    }

    private static string Unknown(Command command, CommandResult result, string token)
    {
        if (token.StartsWith('-'))
        {
            string option = token.Split('=')[0];
            return $"{Name(command)} has no option '{option}'.{Nearest.Hint(option, Options(result))}"
                + (command.Arguments.Count > 0 ? " What begins so and is none stands behind --." : "");
        }

        string[] commands = [.. Commands(command)];
        return commands.Length == 0
            ? $"{Name(command)} has no place for '{token}'."
            : $"there is no command '{token}'.{Nearest.Hint(token, commands)}"
                + (command is RootCommand ? "" : $" {Name(command)} has: {string.Join(", ", commands)}.");
    }

    private static string Sentence(Command command, ParseError error)
    {
        string[] choices = [.. Choice().Matches(error.Message).Select(static match => match.Groups[1].Value)];
        string? found = error.SymbolResult?.Tokens is [.., var last] ? last.Value : null;
        if (choices.Length > 0 && found is not null)
            return $"{Place(error.SymbolResult)}: '{found}' is none of {string.Join(", ", choices)}."
                + Nearest.Hint(found, choices);
        if (OptionOf(error.SymbolResult) is Option<int?> or Option<int> && found is not null)
            return $"{Place(error.SymbolResult)}: '{found}' is no whole number that fits.";
        return error.SymbolResult is CommandResult && command.Subcommands.Count > 0
            ? $"{Name(command)} needs one of its commands: {string.Join(", ", Commands(command))}."
            : error.Message;
    }

    private static Option? OptionOf(SymbolResult? result) =>
        (result as OptionResult ?? result?.Parent as OptionResult)?.Option;

    /// <summary>As the help calls it.</summary>
    private static string Place(SymbolResult? result) => OptionOf(result)?.Name
        ?? (result as ArgumentResult)?.Argument.Name
        ?? "";

    private static string Name(Command command) =>
        command is RootCommand ? ReporterCommand.ProgramName : command.Name;

    private static IEnumerable<string> Commands(Command command) =>
        command.Subcommands.Where(static each => !each.Hidden).Select(static each => each.Name);

    /// <summary>Of the command, and those of its parents that it shares.</summary>
    private static IEnumerable<string> Options(CommandResult result)
    {
        for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult)
        {
            foreach (Option option in at.Command.Options.Where(
                         option => !option.Hidden && (at == result || option.Recursive)))
                yield return option.Name;
        }
    }

    [GeneratedRegex("\\A--[a-z][a-z-]*(=.*)?\\z", RegexOptions.Singleline)]
    private static partial Regex OptionName();

    [GeneratedRegex("\\t'(.*)'")]
    private static partial Regex Choice();
}
