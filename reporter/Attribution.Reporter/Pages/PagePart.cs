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
    /// <summary>The charts of the first table.</summary>
    public Func<PageTable, IReadOnlyList<PageChart>> Charts { get; init; } = _ => [];

    /// <summary>The tables as the page shows them.</summary>
    public Func<PageTable, PageTable> Shown { get; init; } = table => table;
}
