using System.CommandLine;
using Attribution.Reporter.Times;

namespace Attribution.Reporter;

/// <summary>
/// The option <c>--compare</c> of the commands that set a period beside another, and its refusal by all
/// others. Owned by one root command.
/// </summary>
internal sealed class CompareOption
{
    private const string Name = "--compare";

    /// <summary>Of the commands that compare.</summary>
    public Option<string?> Own { get; } = new(Name)
    {
        Description = "previous (as many days, or whole months, directly before) or year (the same dates one "
            + "year before).",
        HelpName = "WITH",
    };

    /// <summary>Taken everywhere else, so that its refusal can say where it belongs.</summary>
    public Option<string?> OfOthers { get; } = new(Name)
    {
        HelpName = "WITH",
        Hidden = true,
        Recursive = true,
    };

    /// <exception cref="UsageException">It makes no sense, or not with this command.</exception>
    public Comparison? Read(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.GetValue(OfOthers) is not null && !command.Options.Contains(Own))
            throw new UsageException(
                $"{Name}: {command.Name} has no period to compare with; channels, campaigns, sources, top "
                + "and report have.");
        string? name = parsed.GetValue(Own) ?? parsed.GetValue(OfOthers);
        return name switch
        {
            null => null,
            "previous" => Comparison.Previous,
            "year" => Comparison.Year,
            _ => throw new UsageException(
                $"{Name}: '{name}' is neither previous nor year." + Nearest.Hint(name, ["previous", "year"])),
        };
    }
}
