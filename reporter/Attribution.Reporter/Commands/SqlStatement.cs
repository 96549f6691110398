namespace Attribution.Reporter.Commands;

/// <summary>Looks at what kind of statement a text of SQL is. Stateless.</summary>
/// <remarks>
/// ClickHouse's setting readonly does not stop every statement that acts: KILL QUERY, BACKUP and most of
/// SYSTEM go by the user's rights alone. What begins with one of these words either reads, or is an INSERT,
/// which readonly does stop.
/// </remarks>
internal static class SqlStatement
{
    private static readonly string[] Reading =
        ["SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS"];

    /// <exception cref="ReportException">It is no statement that reads.</exception>
    public static void EnsureReads(string sql)
    {
        string word = FirstWord(sql);
        if (!Reading.Contains(word, StringComparer.OrdinalIgnoreCase))
            throw new ReportException(
                $"sql takes one statement that reads ({string.Join(", ", Reading)}), and this one begins "
                + "with " + (word.Length > 0 ? $"'{word}'." : "none of these words."));
    }

    /// <summary>Behind white space, comments and parentheses.</summary>
    private static string FirstWord(string sql)
    {
        int at = 0;
        while (at < sql.Length)
        {
            ReadOnlySpan<char> rest = sql.AsSpan(at);
            if (char.IsWhiteSpace(rest[0]) || rest[0] == '(')
                at++;
            else if (rest.StartsWith("--") || rest.StartsWith("# ") || rest.StartsWith("#!"))
                at = End(sql, at, "\n");
            else if (rest.StartsWith("/*"))
                at = End(sql, at + 2, "*/");
            else
                break;
        }

        int end = at;
        while (end < sql.Length && char.IsAsciiLetter(sql[end]))
            end++;
        return sql[at..end];
    }

    private static int End(string sql, int from, string mark)
    {
        int at = sql.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? sql.Length : at + mark.Length;
    }
}
