using System.Text;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Readers of CSV (RFC 4180) and of ClickHouse's TSV, written from their grammar. Stateless.
/// </summary>
internal static class CsvText
{
    /// <summary>Records of cells, quotes doubled inside quotes; the one with the names comes first.</summary>
    public static List<List<string>> Records(string text)
    {
        List<List<string>> records = [[]];
        var cell = new StringBuilder();
        bool isQuoted = false;
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (isQuoted && c == '"' && at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append('"');
                at++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && (c == ',' || (c == '\r' && text[at + 1] == '\n')))
            {
                records[^1].Add(cell.ToString());
                cell.Clear();
                if (c == ',')
                    continue;
                records.Add([]);
                at++;
            }
            else
            {
                cell.Append(c);
            }
        }

        return records;
    }

    /// <summary>A cell of TSV as it was.</summary>
    public static string Unescaped(string cell)
    {
        var text = new StringBuilder();
        for (int at = 0; at < cell.Length; at++)
            text.Append(cell[at] != '\\' ? cell[at] : cell[++at] switch
            {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                '0' => '\0',
                char other => other,
            });
        return text.ToString();
    }
}
