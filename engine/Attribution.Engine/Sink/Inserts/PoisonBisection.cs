using Attribution.Engine.Sink.Blocks;
using Microsoft.Extensions.Logging;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Lands what can land of a block whose rows were refused, by halves, and finds the rows that cannot.
/// Owned by one sender.
/// </summary>
/// <remarks>
/// Goes breadth first. Should the first 64 parts, which then lie all over the block, be refused to the
/// last one, the fault is not some rows' but the table's (a new constraint, say): the parts then wait and
/// are tried again until one lands, instead of sending everything there is to the dead letters.
/// </remarks>
internal sealed class PoisonBisection(
    RetryingInsert insert, SinkOptions options, SinkSetup setup, SinkStats stats)
{
    private const int SuspiciousRefusals = 64;
    private readonly Queue<RowRange> _ranges = new();
    private readonly List<PoisonedRow> _poisoned = [];

    /// <returns>
    /// The rows that did not land, those of one event one after another; valid until the next call.
    /// </returns>
    public async Task<IReadOnlyList<PoisonedRow>> LandRestAsync(
        SinkBlock block, string token, InsertAnswer refusal, CancellationToken stopping)
    {
        _ranges.Clear();
        _poisoned.Clear();
        Narrow(new RowRange(0, block.RowCount), refusal);

        SinkBlock scratch = block.NewScratch();
        bool anyLanded = false;
        int refusals = 1;
        while (_ranges.TryDequeue(out RowRange range))
        {
            InsertAnswer answer = await InsertAsync(block, range, scratch, token, stopping);
            if (answer.HasLanded)
            {
                anyLanded = true;
                continue;
            }

            refusals++;
            if (anyLanded || refusals < SuspiciousRefusals)
            {
                Narrow(range, answer);
                continue;
            }

            await WaitForPersonAsync(block.Table, refusals - SuspiciousRefusals + 1, answer, stopping);
            _ranges.Enqueue(range);
        }

        _poisoned.Sort((left, right) => CompareOrigins(block, left.Row, right.Row));
        return _poisoned;
    }

    private ValueTask<InsertAnswer> InsertAsync(
        SinkBlock block, RowRange range, SinkBlock scratch, string token, CancellationToken stopping)
    {
        scratch.Native.Clear();
        for (int row = range.First; row < range.First + range.Count; row++)
            block.Native.CopyRowTo(row, scratch.Native);
        string part = InsertToken.OfRows(token, range.First, range.Count);
        return insert.SettleAsync(scratch, part, stopping);
    }

    private static int CompareOrigins(SinkBlock block, int left, int right)
    {
        int bySequence = block.SequenceAt(left).CompareTo(block.SequenceAt(right));
        return bySequence != 0 ? bySequence : left.CompareTo(right);
    }

    private void Narrow(RowRange range, InsertAnswer refusal)
    {
        if (range.Count == 1)
        {
            _poisoned.Add(new PoisonedRow(range.First, refusal));
            return;
        }

        int half = range.Count / 2;
        _ranges.Enqueue(new RowRange(range.First, half));
        _ranges.Enqueue(new RowRange(range.First + half, range.Count - half));
    }

    private async Task WaitForPersonAsync(
        string table, int attempt, InsertAnswer answer, CancellationToken stopping)
    {
        TableStats tableStats = stats.Of(table);
        string error = RetryingInsert.Describe(answer);
        tableStats.OnRetry(error);
        setup.Log.LogError(
            "Every part of a block for {Table} is refused; waiting for a remedy: {Error}", table, error);
        tableStats.OnStuck();
        try
        {
            await Task.Delay(InsertRetry.Delay(attempt, setup.Jitter(), options), setup.Clock, stopping);
        }
        finally
        {
            tableStats.OnUnstuck();
        }
    }

    private readonly record struct RowRange(int First, int Count);
}
