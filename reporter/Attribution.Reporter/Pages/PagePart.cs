using Attribution.Reporter.Times;

namespace Attribution.Reporter.Pages;

/// <summary>
/// A part of the page: a command, as it is typed, and what is drawn of its answer. Immutable.
/// </summary>
/// <param name="Id">The anchor.</param>
/// <param name="Title">The heading.</param>
/// <param name="About">What it says, for people.</param>
/// <param name="Arguments">The command and its options; range, project and server are the page's.</param>
internal sealed record PagePart(string Id, string Title, string About, IReadOnlyList<string> Arguments)
{
    /// <summary>Rows at most; null is the command's own default.</summary>
    public int? Limit { get; init; }

    /// <summary>What the range is compared with where the command line names nothing; null is none.</summary>
    public Comparison? Compare { get; init; }

    /// <summary>Whether a filter that holds elsewhere may make no sense here.</summary>
    public bool MayRefuse { get; init; }

    /// <summary>Whether the page is worth something without it.</summary>
    public bool MayFail { get; init; }

    /// <summary>Why it is not asked at all; null asks it.</summary>
    public string? Unasked { get; init; }

    /// <summary>Whether there is nothing in the first table that anybody would look at.</summary>
    public Func<PageTable, bool> IsEmpty { get; init; } = table => table.Rows.Count == 0;

    /// <summary>The charts of the first table.</summary>
    public Func<PageTable, IReadOnlyList<PageChart>> Charts { get; init; } = _ => [];

    /// <summary>The tables as the page shows them.</summary>
    public Func<PageTable, PageTable> Shown { get; init; } = table => table;
}
