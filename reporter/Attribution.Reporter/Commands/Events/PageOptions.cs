using System.CommandLine;

namespace Attribution.Reporter.Commands.Events;

/// <summary>The options of commands that show rows page by page. Owned by one command.</summary>
internal sealed class PageOptions
{
    public const int DefaultLimit = 100;
    private const int MaxPage = 100_000;

    private readonly Option<string?> _before = new("--before")
    {
        Description = "Go on behind this place, which the page before has named.",
        HelpName = "PLACE",
    };

    private readonly Option<int?> _page = new("--page")
    {
        Description = "Which page of --limit rows. Rows that come in meanwhile shift the pages; --before "
            + "does not shift.",
        HelpName = "NUMBER",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_before);
        command.Options.Add(_page);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public RowPage Read(ParseResult parsed, ReportSession session)
    {
        int limit = session.Settings.Limit ?? DefaultLimit;
        RowCursor? before =
            parsed.GetValue(_before) is { } text ? RowCursor.Parse("--before", text) : null;
        int page = parsed.GetValue(_page) ?? 1;
        if (page is < 1 or > MaxPage)
            throw new UsageException($"--page: {page} is not from 1 to {MaxPage}.");
        return new RowPage(before, (page - 1L) * limit, limit);
    }
}

/// <summary>Which rows: so many behind a place, after some that are skipped. Immutable.</summary>
internal readonly record struct RowPage(RowCursor? Before, long Skipped, int Limit);
