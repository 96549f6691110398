using System.Buffers;
using System.Globalization;
using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink.Blocks;
using Microsoft.Extensions.Logging;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Puts rows that ClickHouse refused into <c>dead_letters</c>, and into a local file what is refused even
/// there. Owned by one sender.
/// </summary>
/// <remarks>
/// A letter's body is the row as a Native block, which loses nothing and names its columns and types;
/// ClickHouse reads it back with <c>SELECT * FROM format(Native, …)</c>. Rows of one event share a
/// letter, since the table's key has room for one per event.
/// </remarks>
internal sealed class DeadLetterFiling(
    RetryingInsert insert, LastResortFile lastResort, SinkSetup setup, SinkStats stats)
{
    private readonly DeadLettersBlock _letter = new();
    private readonly NativeBytes _body = new();

    public async Task FileAsync(
        SinkBlock block, string token, IReadOnlyList<PoisonedRow> rows, CancellationToken stopping)
    {
        SinkBlock scratch = block.NewScratch();
        for (int at = 0; at < rows.Count;)
        {
            PoisonedRow first = rows[at];
            scratch.Native.Clear();
            while (at < rows.Count && block.SequenceAt(rows[at].Row) == block.SequenceAt(first.Row))
            {
                block.Native.CopyRowTo(rows[at].Row, scratch.Native);
                stats.Of(block.Table).OnPoisoned(RetryingInsert.Describe(rows[at].Refusal));
                at++;
            }

            await FileAsync(block, token, first, _body.Of(scratch.Native), stopping);
        }
    }

    private async Task FileAsync(
        SinkBlock block, string token, PoisonedRow row, ReadOnlyMemory<byte> body, CancellationToken stopping)
    {
        setup.Log.LogError(
            "A row for {Table} (sequence {Sequence}) was refused and goes to the dead letters: {Error}",
            block.Table, block.SequenceAt(row.Row), RetryingInsert.Describe(row.Refusal));

        InsertAnswer answer = row.Refusal;
        if (block is not DeadLettersBlock)
        {
            _letter.Release();
            block.CopyKeyTo(row.Row, _letter);
            _letter.AddRefused(block.SequenceAt(row.Row), Reason(block.Table, row.Refusal), body.Span);
            string letterToken = InsertToken.OfDeadLetter(token, row.Row);
            answer = await insert.SettleAsync(_letter, letterToken, stopping);
        }

        if (!answer.HasLanded)
            await lastResort.AppendAsync(block.Table, row.Refusal, body, stopping);
    }

    private static byte[] Reason(string table, InsertAnswer refusal) => Encoding.UTF8.GetBytes(string.Concat(
        "clickhouse: code ", refusal.Outcome.Code.ToString(CultureInfo.InvariantCulture), ": row of ", table,
        " as a Native block"));

    private sealed class NativeBytes() : BlockWriter(chunkBytes: 64 * 1024)
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public ReadOnlyMemory<byte> Of(NativeBlock rows)
        {
            _bytes.ResetWrittenCount();
            rows.WriteTo(this);
            Flush();
            return _bytes.WrittenMemory;
        }

        protected override void OnChunk(ReadOnlySpan<byte> chunk) => _bytes.Write(chunk);
    }
}
