namespace Attribution.Reporter;

/// <summary>
/// Finds the queries that lie in <c>Queries/</c> and are embedded in the program. Stateless.
/// </summary>
internal static class SqlFile
{
    public static string Load(string name)
    {
        string resource = $"Attribution.Reporter.Queries.{name}.sql";
        using Stream stream = typeof(SqlFile).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program carries no query {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// The query with its places filled: SQL that the program composed, where values are parameters. A place
    /// that gets nothing takes its line with it.
    /// </summary>
    public static string Load(string name, params (string Place, string Sql)[] places)
    {
        string text = Load(name);
        // Longer names first, since one may begin with another.
        foreach ((string place, string sql) in places.OrderByDescending(each => each.Place.Length))
        {
            string[] lines = [.. text.Split('\n')
                .Where(line => sql.Length > 0 || line.Trim() != $"${place}")
                .Select(line => line.StartsWith("--", StringComparison.Ordinal)
                    ? line
                    : line.Replace($"${place}", sql, StringComparison.Ordinal))];
            text = string.Join('\n', lines);
        }

        return string.Join('\n', text.Split('\n').Where(line => line.Trim().Length > 0));
    }
}
