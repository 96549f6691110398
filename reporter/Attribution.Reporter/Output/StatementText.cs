using System.Text;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Output;

/// <summary>
/// A statement as it can be pasted into clickhouse-client: its settings and parameters, then the SQL.
/// Stateless.
/// </summary>
internal static class StatementText
{
    /// <summary>Before the first statement: where, and what times without a zone mean.</summary>
    public static string Head(string database) =>
        $"USE {Identifier(database)};\nSET session_timezone = 'UTC';\n";

    public static string Of(string sql, QueryParameters parameters)
    {
        var text = new StringBuilder("\n");
        foreach (KeyValuePair<string, string> each in parameters.Settings.Concat(parameters.Values))
            text.Append("SET ").Append(each.Key).Append(" = ").Append(Literal(each.Value)).Append(";\n");
        return text.Append(sql.TrimEnd().TrimEnd(';')).Append(";\n").ToString();
    }

    private static string Literal(string text) => Quoted(text, '\'');

    private static string Identifier(string name) => Quoted(name, '`');

    private static string Quoted(string text, char quote)
    {
        var quoted = new StringBuilder().Append(quote);
        foreach (char c in text)
            quoted.Append(c == quote || c == '\\' ? "\\" : "").Append(c);
        return quoted.Append(quote).ToString();
    }
}
