namespace Attribution.Reporter.Output;

/// <summary>Passes on some of the columns, in an order of their own. Owned by one report.</summary>
internal sealed class FieldsWriter(IReportWriter inner, IReadOnlyList<string> fields) : IReportWriter
{
    private int[] _places = [];
    private object?[] _values = [];

    /// <exception cref="UsageException">The report has no such column.</exception>
    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        List<string> names = [.. columns.Select(column => column.Name)];
        _places = [.. fields.Select(field => names.IndexOf(field))];
        _values = new object?[_places.Length];
        int unknown = Array.IndexOf(_places, -1);
        if (unknown >= 0)
            throw new UsageException(
                $"--fields: the report has no column '{fields[unknown]}'."
                + $"{Nearest.Hint(fields[unknown], names)} It has: {string.Join(", ", names)}.");
        inner.Begin([.. _places.Select(at => columns[at])]);
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        for (int at = 0; at < _places.Length; at++)
            _values[at] = values[_places[at]];
        inner.Row(_values);
    }

    public void Flush() => inner.Flush();

    public void End(object?[]? totals = null) =>
        inner.End(totals is null ? null : [.. _places.Select(at => totals[at])]);
}
