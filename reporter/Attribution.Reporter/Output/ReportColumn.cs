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

    /// <summary>How much more or less than before, as a part of it: 0.12 is 12 % more.</summary>
    Change,

    /// <summary>An array of numbers, drawn as bars where people look.</summary>
    Sparkline,
}

/// <summary>
/// A column: its name in data, its title in tables (lines parted by \n) and its kind. Immutable.
/// </summary>
internal sealed record ReportColumn(string Name, string Title, ColumnKind Kind)
{
    /// <summary>Of a text: how many lines of a table it may take before it is cut.</summary>
    public int MaxLines { get; init; } = 1;

    /// <summary>Of a text: cells below which it says nothing any more; others rather give way.</summary>
    public int MinCells { get; init; } = 8;

    public bool IsNumeric => Kind is not (ColumnKind.Text or ColumnKind.Time or ColumnKind.Sparkline);

    /// <summary>The title in one line; the name where it is the second line of another's.</summary>
    public string FlatTitle => Title.Length == 0 || Title[0] == '\n' ? Name : Title.Replace('\n', ' ');

    public static ReportColumn Text(string name, string title) => new(name, title, ColumnKind.Text);

    /// <summary>Whole sentences, which go on in further lines where they have less room.</summary>
    public static ReportColumn Prose(string name, string title, int maxLines) =>
        new(name, title, ColumnKind.Text) { MaxLines = maxLines, MinCells = 16 };

    public static ReportColumn Time(string name, string title) => new(name, title, ColumnKind.Time);
}
