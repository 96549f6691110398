using Attribution.Reporter.Output;

namespace Attribution.Reporter.Pages;

/// <summary>Everything that a page shows. Immutable.</summary>
internal sealed record PageModel
{
    public required string Title { get; init; }
    public required string About { get; init; }
    public required IReadOnlyList<PageFact> Facts { get; init; }
    public required IReadOnlyList<PageSection> Sections { get; init; }
}

/// <summary>One large number, and by which part it changed. Immutable.</summary>
internal sealed record PageFact(string Name, object? Value, ColumnKind Kind, decimal? Change);

/// <summary>A heading with charts, tables and the SQL behind both. Immutable.</summary>
internal sealed record PageSection
{
    /// <summary>Small letters: the anchor.</summary>
    public required string Id { get; init; }
    public required string Title { get; init; }
    public string About { get; init; } = "";

    /// <summary>What answers the same on a command line.</summary>
    public required string Command { get; init; }
    public IReadOnlyList<PageChart> Charts { get; init; } = [];
    public IReadOnlyList<PageTable> Tables { get; init; } = [];

    /// <summary>What there is to know beside the data.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Said instead, where there is nothing to show.</summary>
    public string? Empty { get; init; }
    public IReadOnlyList<string> Sql { get; init; } = [];
}

/// <summary>Rows as a report has them. Immutable.</summary>
internal sealed record PageTable(
    IReadOnlyList<ReportColumn> Columns, IReadOnlyList<object?[]> Rows, object?[]? Totals = null)
{
    /// <summary>From this column on cells are coloured by their size; 0 is none.</summary>
    public int Heat { get; init; }

    /// <summary>Which cell of each row may still grow; none where all rows are done.</summary>
    public IReadOnlyList<int?> Open { get; init; } = [];
}

/// <summary>A chart, of one of the kinds that page.js draws. Immutable.</summary>
internal abstract record PageChart
{
    /// <summary>Pixels; null is the usual height.</summary>
    public int? Height { get; init; }

    /// <summary>Values per name, side by side.</summary>
    internal sealed record Bars(IReadOnlyList<string> Names, IReadOnlyList<PageSeries> Series) : PageChart;

    /// <summary>Values over time, on top of each other if stacked.</summary>
    internal sealed record Lines(
        IReadOnlyList<string> Names, IReadOnlyList<PageSeries> Series, bool IsStacked) : PageChart;

    /// <summary>How many go from where to where; a number and a space before a name are not shown.</summary>
    internal sealed record Sankey(IReadOnlyList<PageLink> Links) : PageChart;

    /// <summary>Fewer and fewer.</summary>
    internal sealed record Funnel(IReadOnlyList<string> Names, IReadOnlyList<decimal> Values) : PageChart;
}

/// <summary>One value per name. Immutable.</summary>
internal sealed record PageSeries(string Name, IReadOnlyList<decimal?> Values);

/// <summary>Some went from one to the other. Immutable.</summary>
internal sealed record PageLink(string From, string To, decimal Value);
