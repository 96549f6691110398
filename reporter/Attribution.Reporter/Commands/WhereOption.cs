using System.CommandLine;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Commands;

/// <summary>The option <c>--where</c>. Stateless.</summary>
internal static class WhereOption
{
    public const string Name = "--where";

    /// <summary>A new one, for one command.</summary>
    public static Option<string?> Of => new(Name)
    {
        Description = "Only what this holds for: 'country in (DE,AT) and revenue > 10'. Compares with = != < "
            + "<= > >= ~ in, like, contains, is empty; joined by and, or, not.",
        HelpName = "FILTER",
    };

    /// <summary>The same as it was written; null also of a command that has no such option.</summary>
    public static string? Read(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Any(static option => option.Name == Name)
            ? parsed.GetValue<string?>(Name)
            : null;

    /// <summary>What the command line says, null where it says nothing.</summary>
    public static FilterText? Text(ParseResult parsed) =>
        parsed.GetValue<string?>(Name) is { } text ? new FilterText(Name, text) : null;
}
