using System.Runtime.CompilerServices;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Spill;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Takes sealed and spilled blocks one after another and keeps each until all its rows are durable: in their
/// table, or as dead letters. Owned by one task; a pipeline has as many as it may have inserts in flight.
/// </summary>
internal sealed class BlockSender(
    string run, RetryingInsert insert, PoisonBisection bisection, DeadLetterFiling filing, SinkStats stats)
{
    /// <param name="spill">Where spilled blocks lie; null where nothing is ever spilled.</param>
    public async Task RunAsync(SendQueue queue, BlockSpill? spill, CancellationToken stopping)
    {
        while (await queue.WaitAsync(stopping))
        {
            while (queue.TryTake(out SinkBlock? block, out SpilledBlock? spilled))
            {
                stats.Inserts.OnTaken();
                if (block != null)
                    await LandAsync(block, stopping);
                else
                    await LandAsync(spilled!, spill!, stopping);
                stats.Inserts.OnDone();
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask LandAsync(SinkBlock block, CancellationToken stopping)
    {
        string token = InsertToken.Of(block, run);
        InsertAnswer answer = await insert.SettleAsync(block, token, stopping);
        if (!answer.HasLanded)
            await SettleRowsAsync(block, token, answer, stopping);
        block.Release();
    }

    private async Task LandAsync(SpilledBlock spilled, BlockSpill spill, CancellationToken stopping)
    {
        spill.Read(spilled, insert.Packed);
        InsertAnswer answer = await insert.SettleAsync(stopping);
        if (!answer.HasLanded)
        {
            SinkBlock rows = await spill.LoadAsync(spilled);
            await SettleRowsAsync(rows, spilled.Token, answer, stopping);
        }

        spill.Finish(spilled);
    }

    private async Task SettleRowsAsync(
        SinkBlock block, string token, InsertAnswer refusal, CancellationToken stopping)
    {
        IReadOnlyList<PoisonedRow> poisoned = await bisection.LandRestAsync(block, token, refusal, stopping);
        await filing.FileAsync(block, token, poisoned, stopping);
    }
}
