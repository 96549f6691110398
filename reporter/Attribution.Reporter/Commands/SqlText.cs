namespace Attribution.Reporter.Commands;

/// <summary>Finds the statement that a command line means: itself, a file or the standard input. Stateless.
/// </summary>
internal static class SqlText
{
    private const int MaxChars = 1024 * 1024;
    private const string Input = "-";

    /// <param name="text">The argument.</param>
    /// <param name="file">The option.</param>
    /// <param name="input">The standard input.</param>
    /// <exception cref="UsageException">There is none, or two.</exception>
    /// <exception cref="ReportException">The file cannot be read.</exception>
    public static string Read(string? text, string? file, TextReader input)
    {
        if (text is not null && file is not null)
            throw new UsageException("sql takes a statement or --file, not both.");
        if (text is null && file is null)
            throw new UsageException(
                "sql needs a statement: sql \"SELECT 1\", sql --file question.sql, or sql - with it piped "
                    + "in.");
        string sql = (text ?? file) == Input
            ? Limited(input, "the standard input")
            : text ?? OfFile(file!);
        // Files end their statement with one, which ClickHouse takes over HTTP too, but not before a comment.
        return sql.TrimEnd().TrimEnd(';');
    }

    private static string OfFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Limited(reader, path);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new ReportException($"--file: {path} cannot be read: {error.Message}");
        }
    }

    private static string Limited(TextReader reader, string name)
    {
        char[] buffer = new char[MaxChars + 1];
        int read = reader.ReadBlock(buffer, 0, buffer.Length);
        return read <= MaxChars
            ? new string(buffer, 0, read)
            : throw new ReportException($"{name} holds more than {MaxChars} letters, which is no statement.");
    }
}
