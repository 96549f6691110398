using System.CommandLine.Parsing;
using Attribution.Reporter.Settings;

namespace Attribution.Reporter;

/// <summary>
/// Options that all commands share and some can do nothing with. Who writes one would take the answer for
/// another, so it is refused. A pure function of the command and its settings. Stateless.
/// </summary>
internal static class Unheeded
{
    private const string Persons = "persons and what they did are counted, whoever is credited for it";
    private const string Events = "events are as they were sent, and no model is asked";
    private const string Configs = "a config is all its models";
    private const string Tables = "it is about tables, whatever lies in them";
    private const string Document = "a document is shown whole";

    /// <summary>Why a model changes nothing.</summary>
    private static readonly Dictionary<string, string> WithoutModel = new()
    {
        ["funnel"] = Persons,
        ["cohort"] = Persons,
        ["retention"] = Persons,
        ["events"] = Events,
        ["quality"] = Events,
        ["export events"] = Events,
        ["config list"] = Configs,
        ["config show"] = Configs,
        ["config diff"] = Configs,
        ["config validate"] = Configs,
        ["fit"] = "MODEL says what is fitted",
        ["digest"] = "the digest is over the rows of every model",
        ["sums"] = "sums are kept of every model",
        ["sql"] = "the statement says all, as with WHERE model = 'last'",
        ["schema tables"] = Tables,
        ["schema fields"] = Tables,
        ["schema sql"] = Tables,
    };

    /// <summary>Why the answer cannot be shorter.</summary>
    private static readonly Dictionary<string, string> WithoutLimit = new()
    {
        ["explain"] = "every touch that was considered is part of the explanation",
        ["config show"] = Document,
        ["config diff"] = "a difference is shown whole",
        ["config validate"] = "a verdict is shown whole",
        ["digest"] = "the digest is over all rows; --from and --to say of which time",
        ["sums"] = "all days of the range are summed; --from and --to say which",
        ["schema tables"] = "tables are shown whole; schema tables TABLE shows one",
        ["schema fields"] = "fields are shown whole",
        ["schema sql"] = Document,
        ["doctor"] = "every check is made",
        ["watch"] = "the screen is as long as the terminal is high",
    };

    /// <exception cref="UsageException">The command line has an option that would change nothing.</exception>
    public static void Refuse(CommandResult result, ReportSettings settings)
    {
        string name = Name(result);
        if (settings.IsFlag(Setting.Model) && WithoutModel.TryGetValue(name, out string? why))
            throw new UsageException($"--model: {name} has no use for it, since {why}.");
        if (settings.Limit is not null && WithoutLimit.TryGetValue(name, out why))
            throw new UsageException($"--limit: {name} has no use for it, since {why}.");
    }

    /// <summary>With its parents' names, without the program's.</summary>
    private static string Name(CommandResult result) =>
        result.Parent is CommandResult { Parent: not null } parent
            ? $"{Name(parent)} {result.Command.Name}"
            : result.Command.Name;
}
