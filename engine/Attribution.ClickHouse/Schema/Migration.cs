using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Attribution.ClickHouse.Schema;

/// <summary>
/// One version of the schema: the statements of a file <c>Schema/NNNN_name.sql</c>. Immutable.
/// </summary>
internal sealed partial record Migration(int Version, string Name, string Sql)
{
    /// <summary>The migrations that this program carries, in order, without gaps.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    /// <summary>SHA-256 of the statements, comments and blank lines left out, so that those may be reworded.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(";\n", Statements(Sql)))));

    /// <summary>Statements end with a semicolon at the end of a line; a line starting with -- is a comment.</summary>
    public static IEnumerable<string> Statements(string sql)
    {
        var statement = new StringBuilder();
        foreach (string line in sql.Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.Length == 0 || line.TrimStart().StartsWith("--", StringComparison.Ordinal))
                continue;
            statement.Append(statement.Length == 0 ? "" : "\n").Append(line.TrimEnd(';'));
            if (!line.EndsWith(';'))
                continue;
            yield return statement.ToString();
            statement.Clear();
        }

        if (statement.Length > 0)
            yield return statement.ToString();
    }

    public IEnumerable<string> Statements() => Statements(Sql);

    private static Migration[] Load()
    {
        var found = new List<Migration>();
        foreach (string resource in typeof(Migration).Assembly.GetManifestResourceNames())
        {
            Match match = FileName().Match(resource);
            if (!match.Success)
                continue;
            using Stream stream = typeof(Migration).Assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            int version = int.Parse(match.Groups["version"].ValueSpan, CultureInfo.InvariantCulture);
            found.Add(new Migration(version, match.Groups["name"].Value, reader.ReadToEnd()));
        }

        Migration[] ordered = [.. found.OrderBy(migration => migration.Version)];
        for (int index = 0; index < ordered.Length; index++)
        {
            if (ordered[index].Version != index + 1)
                throw new SchemaException($"Schema version {index + 1} is missing from this program.");
        }

        return ordered;
    }

    [GeneratedRegex(@"(?<version>\d{4})_(?<name>[a-z0-9_]+)\.sql$")]
    private static partial Regex FileName();
}
