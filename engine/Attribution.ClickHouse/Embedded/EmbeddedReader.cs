using System.Text.RegularExpressions;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// A user of the embedded ClickHouse who may read one project: the views of a database of its own, and
/// nothing else. Immutable.
/// </summary>
/// <remarks>
/// Not the tables themselves under a row policy: whoever may select from a table also gets what
/// <c>mergeTreeIndex</c> shows of it, the keys of every project's rows. So the views are run as a second
/// user, whom nobody can log in as, and who sees the tables through a row policy: a condition of the
/// reader's own is never asked about another project's row, which a view alone would not prevent.
/// </remarks>
public sealed partial record EmbeddedReader
{
    /// <summary>Letters, digits and underscores; also the name of its database.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the password, as 64 hexadecimal digits.</summary>
    public required string PasswordSha256 { get; init; }

    /// <summary>Whose rows it sees.</summary>
    public required string Project { get; init; }

    /// <summary>Where the tables are.</summary>
    public required string TablesDatabase { get; init; }

    /// <summary>The user that its views are run as.</summary>
    public string RowsUser => Name + "_rows";

    /// <summary>Tables whose rows belong to a project; all are in <see cref="TablesDatabase"/>.</summary>
    public static IReadOnlyList<string> ProjectTables { get; } =
        ["events", "attributions", "identities", "dead_letters", "fits", "replays"];

    /// <summary>Tables that all projects of an engine share.</summary>
    public static IReadOnlyList<string> SharedTables { get; } = ["configs"];

    /// <summary>Whether a name can stand in ClickHouse's configuration, where it is an XML element.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>A text as SQL writes it.</summary>
    public static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal) + "'";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex NamePattern();
}
