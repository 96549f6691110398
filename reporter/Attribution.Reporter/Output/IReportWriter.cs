namespace Attribution.Reporter.Output;

/// <summary>
/// Writes one report in one format: <see cref="Begin"/> once, rows, <see cref="End"/> once. Used by
/// one thread.
/// </summary>
internal interface IReportWriter
{
    void Begin(IReadOnlyList<ReportColumn> columns);

    /// <param name="values">One per column; the writer keeps none of them.</param>
    void Row(ReadOnlySpan<object?> values);

    /// <summary>Shows the rows so far to whoever waits for them, where the format can.</summary>
    void Flush()
    {
    }

    /// <param name="totals">One per column, for the formats that people read; null is none.</param>
    void End(object?[]? totals = null);
}
