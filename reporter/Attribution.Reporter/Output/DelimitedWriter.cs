using System.Text;

namespace Attribution.Reporter.Output;

/// <summary>Which of the two delimited forms. A value.</summary>
internal enum DelimitedText
{
    /// <summary>
    /// RFC 4180; names and texts that a spreadsheet would take for a formula get a leading apostrophe,
    /// numbers and times never.
    /// </summary>
    Csv,

    /// <summary>ClickHouse's TabSeparatedWithNames: backslash escapes, \N for NULL.</summary>
    Tsv,
}

/// <summary>Streams rows as CSV or TSV with a line of names. Owned by one report.</summary>
/// <param name="output">Where they go.</param>
/// <param name="form">Which of the two.</param>
/// <param name="isTerminal">Somebody looks: what a terminal would obey is written as \uXXXX.</param>
/// <param name="hasHeader">Whether a line of names comes first.</param>
internal sealed class DelimitedWriter(
    TextWriter output, DelimitedText form, bool isTerminal, bool hasHeader = true) : IReportWriter
{
    // What OWASP's "CSV Injection" lists; the last four are their full-width twins.
    private const string FormulaStarts = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    private readonly StringBuilder _line = new();
    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        if (!hasHeader)
            return;
        foreach (ReportColumn column in columns)
            Add(column.Name, isText: true);
        EndLine();
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        for (int at = 0; at < values.Length; at++)
            Add(CellText.Exact(values[at]), isText: values[at] is string);
        EndLine();
    }

    public void Flush() => output.Flush();

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
        bool isFormula = isText && text.Length > 0
            && FormulaStarts.Contains(text[0], StringComparison.Ordinal);
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
        string line = _line.ToString();
        output.Write(isTerminal ? CellText.Escaped(line) : line);
        output.Write(form == DelimitedText.Csv ? "\r\n" : "\n");
        _line.Clear();
    }
}
