using System.Threading.Channels;
using Attribution.Engine.Sink.Blocks;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Takes sealed blocks one after another and keeps each until all its rows are durable: in their table,
/// or as dead letters. Owned by one task; a pipeline has as many as it may have inserts in flight.
/// </summary>
internal sealed class BlockSender(
    string run, RetryingInsert insert, PoisonBisection bisection, DeadLetterFiling filing, SinkStats stats)
{
    public async Task RunAsync(ChannelReader<SinkBlock> blocks, CancellationToken stopping)
    {
        while (await blocks.WaitToReadAsync(stopping))
        {
            while (blocks.TryRead(out SinkBlock? block))
            {
                stats.OnTaken();
                await LandAsync(block, stopping);
                stats.OnDone();
            }
        }
    }

    private async Task LandAsync(SinkBlock block, CancellationToken stopping)
    {
        string token = InsertToken.Of(block, run);
        InsertAnswer answer = await insert.SettleAsync(block, token, stopping);
        if (!answer.HasLanded)
        {
            IReadOnlyList<PoisonedRow> poisoned =
                await bisection.LandRestAsync(block, token, answer, stopping);
            await filing.FileAsync(block, token, poisoned, stopping);
        }

        block.Release();
    }
}
