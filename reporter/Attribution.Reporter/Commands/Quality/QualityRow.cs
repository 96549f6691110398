using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Quality;

/// <summary>One line of the quality report. Immutable.</summary>
/// <param name="Check">Which question it answers.</param>
/// <param name="Item">What it is about.</param>
internal sealed record QualityRow(string Check, string Item)
{
    public long? Events { get; init; }

    /// <summary>0 to 1; of what, the detail or the check says.</summary>
    public decimal? Share { get; init; }

    public decimal? PerSecond { get; init; }

    public decimal? Seconds { get; init; }

    public string Detail { get; init; } = "";

    public static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("check", "Check"),
        ReportColumn.Text("item", "What") with { MinCells = 28 },
        new("events", "Events", ColumnKind.Count),
        new("share", "Share", ColumnKind.Share),
        new("per_second", "Per second", ColumnKind.Number),
        new("seconds", "Seconds", ColumnKind.Number),
        ReportColumn.Prose("detail", "Detail", 3),
    ];

    public object?[] Values => [Check, Item, Events, Share, PerSecond, Seconds, Detail];
}
