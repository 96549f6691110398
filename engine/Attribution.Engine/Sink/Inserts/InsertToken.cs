using System.Globalization;
using System.Runtime.CompilerServices;
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
    private const int UsualChars = 256;

    public static string Of(SinkBlock block, string run)
    {
        // One string and no others: every block has a token.
        var text = new DefaultInterpolatedStringHandler(
            0, 0, CultureInfo.InvariantCulture, stackalloc char[UsualChars]);
        text.AppendLiteral(block.Table);
        Append(ref text, block.Month.YearMonth);
        text.AppendLiteral("-");
        text.AppendLiteral(run);
        Append(ref text, block.WriterIndex);
        Append(ref text, block.FirstSequence);
        Append(ref text, block.LastSequence);
        Append(ref text, block.RowCount);
        Append(ref text, block.Ordinal);
        return text.ToStringAndClear();
    }

    /// <summary>The token of some rows of a block that is being bisected.</summary>
    public static string OfRows(string token, int firstRow, int rows) =>
        string.Join('-', token, "rows", Text(firstRow), Text(rows));

    public static string OfDeadLetter(string token, int row) => string.Join('-', token, "letter", Text(row));

    private static void Append(ref DefaultInterpolatedStringHandler text, long number)
    {
        text.AppendLiteral("-");
        text.AppendFormatted(number);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
