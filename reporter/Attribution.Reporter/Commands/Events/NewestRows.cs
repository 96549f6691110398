using System.Runtime.CompilerServices;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands.Events;

/// <summary>
/// Reads rows newest first, page by page, however many the table holds. Owned by one command.
/// </summary>
/// <remarks>
/// Each query finds keys without FINAL, which the server does in the table's own order and stops at the
/// limit, and then reads these keys' rows with FINAL. So it may find fewer rows than keys (a row that is
/// there twice) and rows that do not fulfil the filter any more (a row that was replaced): they are asked for
/// until there are enough or no more.
/// </remarks>
/// <param name="session">Asks.</param>
/// <param name="question">The query of a number of keys behind a place; its columns are the command's and
/// key_time, key_id and is_match.</param>
internal sealed class NewestRows(ReportSession session, Func<RowCursor?, int, ComposedQuery> question)
{
    // The keys of one query are a set in the server's memory.
    private const int MaxKeys = 100_000;

    /// <summary>Where the row that was read last stands.</summary>
    public RowCursor? Last { get; private set; }

    /// <summary>Whether there are rows behind the last one of a page.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The rows of one page; each is valid until the next.</summary>
    public async IAsyncEnumerable<Row> ReadAsync(
        RowPage page, [EnumeratorCancellation] CancellationToken cancel)
    {
        RowCursor? at = page.Before;
        long number = 0;
        long end = page.Skipped + page.Limit;
        HasMore = false;
        while (!HasMore)
        {
            bool isEmpty = true;
            int keys = (int)Math.Min(end + 1 - number, MaxKeys);
            ComposedQuery query = question(at, keys);
            await using Rows rows = await session
                .QueryComposedAsync(query.Sql, query.Parameters, cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                isEmpty = false;
                at = new RowCursor(row.GetDateTime("key_time"), row.GetString("key_id"));
                if (row.GetInt64("is_match") == 0)
                    continue;
                HasMore = number == end;
                if (HasMore)
                    break;
                if (number++ < page.Skipped)
                    continue;
                Last = at;
                yield return row;
            }

            // Who reads statements wants the question, not each of its pages.
            if (isEmpty || session.Settings.Output.IsExplained)
                yield break;
        }
    }
}

/// <summary>SQL that the program composed, with its parameters. Owned by who asks it, once.</summary>
internal sealed record ComposedQuery(string Sql, QueryParameters Parameters);
