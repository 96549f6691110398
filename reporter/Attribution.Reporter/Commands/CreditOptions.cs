using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary>The options of commands that group and filter credit. Owned by one command.</summary>
internal sealed class CreditOptions
{
    private const int MaxKeys = 8;

    private readonly Option<string[]> _by = new("--by")
    {
        Description = "Fields to drill down by, as campaign,country; touch. before a field for the touch's "
            + "event; properties.NAME. `schema fields` lists them.",
        HelpName = "FIELDS",
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string[]> By => _by;

    public void AddTo(Command command)
    {
        command.Options.Add(_by);
        command.Options.Add(WhereOption.Of);
    }

    /// <summary>The command's own fields, and then those asked for; each once.</summary>
    /// <exception cref="UsageException">They are too many.</exception>
    public string[] Keys(ParseResult parsed, params string[] own)
    {
        IEnumerable<string> asked = Split(parsed.GetValue(_by) ?? []);
        string[] keys = [.. own.Concat(asked).Distinct(StringComparer.OrdinalIgnoreCase)];
        return keys.Length is > 0 and <= MaxKeys
            ? keys
            : throw new UsageException($"--by: {keys.Length} fields; 1 to {MaxKeys} were expected.");
    }

    public static string[] Split(IEnumerable<string> lists) =>
        [.. lists.SelectMany(list => list.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
