using System.Globalization;
using Attribution.Engine.Sink.Blocks;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Names an insert so that ClickHouse can drop its repetitions, where a table has a deduplication window.
/// Stateless.
/// </summary>
/// <remarks>
/// A token stands for the same bytes for ever. Sequences and row count alone would not do: one event can
/// fill two blocks with attributions, and after a restart the same events may be cut into blocks, or
/// attributed, differently; so the block's number and the run's are part of it.
/// </remarks>
internal static class InsertToken
{
    public static string Of(SinkBlock block, string run) => string.Join('-',
        block.Table, Text(block.Month.YearMonth), run, Text(block.WriterIndex), Text(block.FirstSequence),
        Text(block.LastSequence), Text(block.RowCount), Text(block.Ordinal));

    /// <summary>The token of some rows of a block that is being bisected.</summary>
    public static string OfRows(string token, int firstRow, int rows) =>
        string.Join('-', token, "rows", Text(firstRow), Text(rows));

    public static string OfDeadLetter(string token, int row) => string.Join('-', token, "letter", Text(row));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
