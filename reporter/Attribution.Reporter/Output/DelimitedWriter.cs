using System.Text;

namespace Attribution.Reporter.Output;

/// <summary>Which of the two delimited forms. A value.</summary>
internal enum DelimitedText
{
    /// <summary>
    /// RFC 4180; text cells that a spreadsheet would take for a formula get a leading apostrophe.
    /// </summary>
    Csv,

    /// <summary>ClickHouse's TabSeparatedWithNames: backslash escapes, \N for NULL.</summary>
    Tsv,
}

/// <summary>Streams rows as CSV or TSV with a line of names. Owned by one report.</summary>
internal sealed class DelimitedWriter(TextWriter output, DelimitedText form) : IReportWriter
{
    private readonly StringBuilder _line = new();
    private IReadOnlyList<ReportColumn> _columns = [];

    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        _columns = columns;
        foreach (ReportColumn column in columns)
            Add(column.Name, isText: true);
        EndLine();
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        for (int at = 0; at < values.Length; at++)
            Add(CellText.Exact(values[at]), _columns[at].Kind == ColumnKind.Text);
        EndLine();
    }

    public void End(object?[]? totals = null) => output.Flush();

    private void Add(string? text, bool isText)
    {
        if (form == DelimitedText.Csv)
            AddCsv(text ?? "", isText);
        else
            AddTsv(text);
        _line.Append(form == DelimitedText.Csv ? ',' : '\t');
    }

    private void AddCsv(string text, bool isText)
    {
        bool isFormula = isText && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r';
        bool isQuoted = text.AsSpan().IndexOfAny(",\"\r\n") >= 0;
        if (isQuoted)
            _line.Append('"');
        if (isFormula)
            _line.Append('\'');
        int start = _line.Length;
        _line.Append(text);
        if (!isQuoted)
            return;
        _line.Replace("\"", "\"\"", start, _line.Length - start);
        _line.Append('"');
    }

    private void AddTsv(string? text)
    {
        if (text is null)
        {
            _line.Append("\\N");
            return;
        }

        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => _line.Append("\\\\"),
                '\t' => _line.Append("\\t"),
                '\n' => _line.Append("\\n"),
                '\r' => _line.Append("\\r"),
                '\0' => _line.Append("\\0"),
                _ => _line.Append(c),
            };
        }
    }

    private void EndLine()
    {
        if (_line.Length > 0)
            _line.Length--;
        _line.Append(form == DelimitedText.Csv ? "\r\n" : "\n");
        output.Write(_line);
        _line.Clear();
    }
}
