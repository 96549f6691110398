using System.CommandLine;
using Attribution.Model.Credits;
using Attribution.Reporter.Fields;

namespace Attribution.Reporter.Commands.Completions;

/// <summary>What could stand at the end of a command line. Stateless; asks no server.</summary>
internal static class Suggestions
{
    private static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        ["--format"] = [.. Enum.GetNames<Output.OutputFormat>().Select(name => name.ToLowerInvariant())],
        ["--compare"] = ["previous", "year"],
        ["--color"] = ["auto", "always", "never"],
        ["--model"] = [.. CreditModels.All.Select(model => model.Name())],
        ["--from"] = ["yesterday", "7d", "30d", "3mo"],
        ["--during"] = ["yesterday", "today", "last week", "last month"],
    };

    /// <param name="root">The program's commands.</param>
    /// <param name="words">Behind the program's name; the last is being written and may be empty.</param>
    public static IEnumerable<string> For(RootCommand root, IReadOnlyList<string> words)
    {
        // bash takes the = between an option and its value for a word.
        string current = words.Count > 0 && words[^1] != "=" ? words[^1] : "";
        Command command = root;
        string? option = null;
        foreach (string word in words.Take(Math.Max(0, words.Count - 1)))
        {
            if (word == "=")
                continue;
            if (option is not null)
            {
                option = null;
                continue;
            }

            if (word.StartsWith('-'))
                option = Find(command, word) is { } found && TakesValue(found) ? found.Name : null;
            else
                command = command.Subcommands.FirstOrDefault(each => each.Name == word) ?? command;
        }

        IEnumerable<string> all = option is not null
            ? OfOption(command, option, current)
            : current.StartsWith('-') ? Options(command).Select(each => each.Name) : Next(command, current);
        return all.Where(each => each.StartsWith(current, StringComparison.OrdinalIgnoreCase))
            .Distinct().Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Next(Command command, string current) => command.Subcommands.Count > 0
        ? command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name)
        : command.Name switch
        {
            "top" => InList(CreditFields.Names, current),
            "completion" => ["bash", "zsh", "fish"],
            "tables" or "sql" when command.Parents.Any(parent => parent.Name == "schema") =>
                Schema.TableColumns.Tables.Select(each => each.Table),
            _ => Options(command).Select(each => each.Name),
        };

    private static IEnumerable<string> OfOption(Command command, string option, string current)
    {
        bool isOfEvents = command.Name is "events" or "quality";
        IEnumerable<string> fields = isOfEvents
            ? EventFields.All.Select(field => field.Name)
            : CreditFields.Names;
        return option switch
        {
            "--by" or "--fields" => InList(fields, current),
            "--where" => fields,
            _ => Values.GetValueOrDefault(option, []),
        };
    }

    /// <summary>The names behind the last comma, with what stands before it.</summary>
    private static IEnumerable<string> InList(IEnumerable<string> names, string current)
    {
        string before = current[..(current.LastIndexOf(',') + 1)];
        return names.Select(name => before + name);
    }

    private static bool TakesValue(Option option) =>
        option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    private static Option? Find(Command command, string word) => Options(command)
        .FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    /// <summary>The command's own and what it has of its parents.</summary>
    private static IEnumerable<Option> Options(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(
            parent => Options(parent).Where(option => option.Recursive)))
        .Where(option => !option.Hidden);
}
