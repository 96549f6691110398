using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Pages;

/// <summary>
/// What a command answers, kept as it is instead of written: its tables, its notes and the SQL it asked.
/// Owned by one section of a page.
/// </summary>
internal sealed class TableCapture
{
    private readonly List<PageTable> _tables = [];

    public IReadOnlyList<PageTable> Tables => _tables;

    /// <summary>What the command would have said beside its data.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Stands before what is said about the progress of a query.</summary>
    public string Progress { get; init; } = "";

    /// <summary>Also told of every statement; null is nobody.</summary>
    public Action<string, QueryParameters>? Explain { get; init; }

    /// <summary>Ready to be pasted.</summary>
    public List<string> Statements { get; } = [];

    /// <summary>A statement is about to be asked.</summary>
    public void Ask(string sql, QueryParameters parameters)
    {
        Statements.Add(StatementText.Of(sql, parameters).Trim());
        Explain?.Invoke(sql, parameters);
    }

    public IReportWriter NewWriter() => new Writer(_tables);

    private sealed class Writer(List<PageTable> tables) : IReportWriter
    {
        private readonly List<object?[]> _rows = [];
        private IReadOnlyList<ReportColumn> _columns = [];

        public void Begin(IReadOnlyList<ReportColumn> columns) => _columns = columns;

        public void Row(ReadOnlySpan<object?> values) => _rows.Add(values.ToArray());

        public void End(object?[]? totals = null) => tables.Add(new PageTable(_columns, _rows, totals));
    }
}
