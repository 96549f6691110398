using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Output;

/// <summary>
/// What <c>--fail-if</c> forbids, and the first row or total that does it. Owned by one run.
/// </summary>
internal sealed class Threshold(string text)
{
    /// <summary>What crossed it; null while nothing has.</summary>
    public string? Crossing { get; private set; }

    /// <summary>Whether there were rows to look at; only then nothing was crossed.</summary>
    public bool HasLooked { get; private set; }

    public IReportWriter Watch(IReportWriter inner)
    {
        HasLooked = true;
        return new Watcher(this, inner);
    }

    private sealed class Watcher(Threshold threshold, IReportWriter inner) : IReportWriter
    {
        private IReadOnlyList<ReportColumn> _columns = [];
        private FilterPredicate? _predicate;
        private string[] _read = [];

        public void Begin(IReadOnlyList<ReportColumn> columns)
        {
            _columns = columns;
            var source = new FilterText("--fail-if", threshold.Text);
            _predicate = FilterPredicate.Parse(source, [.. columns.Select(column => column.Name)]);
            _read = [.. _predicate.Columns.Distinct()];
            inner.Begin(columns);
        }

        public void Row(ReadOnlySpan<object?> values)
        {
            if (threshold.Crossing is null)
                Look(values.ToArray(), "row");
            inner.Row(values);
        }

        public void Flush() => inner.Flush();

        public void End(object?[]? totals = null)
        {
            if (threshold.Crossing is null && totals is not null)
                Look(totals, "total");
            inner.End(totals);
        }

        private void Look(object?[] values, string kind)
        {
            if (!_predicate!.Holds(name => values[Place(name)]))
                return;
            string[] keys = [.. _columns.TakeWhile(column => !column.IsNumeric)
                .Select((column, at) => (column.Name, Value: CellText.Exact(values[at])))
                .Where(key => !_read.Contains(key.Name) && key.Value is { Length: > 0 })
                .Select(key => $"{key.Name} {key.Value}")];
            string found = string.Join(
                ", ", _read.Select(name => $"{name} is {CellText.Exact(values[Place(name)]) ?? "empty"}"));
            string which = kind == "total" || keys.Length == 0 ? kind : $"row {string.Join(", ", keys)}";
            threshold.Crossing = $"--fail-if '{threshold.Text}': {found} in {which}";
        }

        private int Place(string name)
        {
            for (int at = 0; at < _columns.Count; at++)
            {
                if (_columns[at].Name == name)
                    return at;
            }

            return 0;
        }
    }

    private string Text { get; } = text;
}
