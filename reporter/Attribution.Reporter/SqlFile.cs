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
}
