namespace Attribution.Reporter.Output;

/// <summary>What a column holds, which decides how a table shows it. A value.</summary>
internal enum ColumnKind
{
    Text,
    Count,
    Credit,
    Money,
    Share,
    Time,

    /// <summary>A number of any meaning: shown as it is.</summary>
    Number,
}

/// <summary>
/// A column: its name in data, its title in tables (lines parted by \n) and its kind. Immutable.
/// </summary>
internal sealed record ReportColumn(string Name, string Title, ColumnKind Kind)
{
    public bool IsNumeric => Kind is not (ColumnKind.Text or ColumnKind.Time);

    public static ReportColumn Text(string name, string title) => new(name, title, ColumnKind.Text);

    public static ReportColumn Time(string name, string title) => new(name, title, ColumnKind.Time);
}
