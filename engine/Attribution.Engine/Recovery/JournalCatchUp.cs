using Attribution.Engine.Journal;
using Attribution.Ring;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Brings identity and workers to where the live ring is, while that takes events: what the journal holds and
/// they have not seen goes through a ring of its own, in its order, records of earlier runs first. Used once,
/// by one task.
/// </summary>
/// <remarks>
/// Until then the journal alone gates the live ring, so what is accepted meanwhile is bounded by the
/// journal's limit and not by the ring. Each pass leaves what came during it for the next one. When little is
/// left, or passes do not make it less, producers are held back to one lap after a certain event: the stages
/// are brought up to that one, and go on behind the live ring with the next.
/// </remarks>
/// <param name="live">Gated by the journal's processor, and by nothing else.</param>
/// <param name="left">What earlier runs left in the journal.</param>
/// <param name="journalled">The last event that the journal holds.</param>
/// <param name="stages">Behind no ring yet.</param>
internal sealed class JournalCatchUp(
    EventRing live, RecoveredJournal left, Sequence journalled, StageSet stages)
{
    /// <summary>Far less than an ordinary ring: it is there for one start, and should stay in the cache.
    /// </summary>
    private const int MaxSlots = 16_384;
    private const int MaxArenaBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    private RingStages? _behind;

    /// <summary>The last event that the stages have handled. Read by any thread.</summary>
    public long Handled => Volatile.Read(ref _behind)?.Handled ?? left.FirstSequence - 1;

    /// <summary>Ends with the stages running behind the live ring, or not running.</summary>
    /// <param name="next">The same stages behind the live ring.</param>
    /// <param name="cancel">Ends it early; the journal still has what is left.</param>
    /// <returns>How many records of earlier runs were replayed.</returns>
    public async Task<long> RunAsync(RingStages next, CancellationToken cancel)
    {
        if (left.FirstSequence == left.NextSequence && TrySwitchAtOnce(next))
            return 0;

        var ring = new EventRing(new EventRingOptions
        {
            Slots = Math.Min(MaxSlots, live.Slots),
            ArenaBytes = Math.Min(MaxArenaBytes, live.ArenaBytes),
            FirstSequence = left.FirstSequence,
            WaitStrategy = RuntimeSettings.RingWait,
        });
        var behind = new RingStages(ring, stages with { GoesOn = true });
        behind.Start(left.FirstSequence - 1);
        Volatile.Write(ref _behind, behind);
        try
        {
            long replayed = await JournalReplay.RunAsync(ring, left, left.NextSequence, cancel)
                .ConfigureAwait(false);
            long before = long.MaxValue;
            while (IsFarBehind(ring, ref before))
                await JournalReplay.RunAsync(ring, left, journalled.Value + 1, cancel).ConfigureAwait(false);
            await SwitchAsync(ring, next, cancel).ConfigureAwait(false);
            return replayed;
        }
        catch
        {
            behind.Halt();
            throw;
        }
    }

    /// <summary>Where nothing is to be replayed and nothing was taken yet.</summary>
    private bool TrySwitchAtOnce(RingStages next)
    {
        Sequence hold = Hold();
        bool isFirst = hold.Value < left.NextSequence;
        if (isFirst)
            Switch(next, hold);
        else
            live.RemoveGatingSequence(hold);
        return isFirst;
    }

    /// <summary>Whether a pass is worth it: much is left, and it has become less by an eighth.</summary>
    private bool IsFarBehind(EventRing ring, ref long before)
    {
        long now = journalled.Value - ring.Cursor;
        bool isLess = now < before - (before / 8);
        before = now;
        return isLess && now > live.Slots / 8;
    }

    private async Task SwitchAsync(EventRing ring, RingStages next, CancellationToken cancel)
    {
        Sequence hold = Hold();
        while (journalled.Value < hold.Value)
            await Task.Delay(Poll, cancel).ConfigureAwait(false);
        await JournalReplay.RunAsync(ring, left, hold.Value + 1, cancel).ConfigureAwait(false);
        await Task.Run(_behind!.DrainAndStop, CancellationToken.None).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        if (_behind.HasFailed)
            throw new OperationCanceledException("a stage failed while it was brought up to date");
        Switch(next, hold);
    }

    /// <summary>
    /// Stands at the last event claimed; from here on none is claimed that would take a later one's place.
    /// </summary>
    private Sequence Hold()
    {
        var hold = new Sequence();
        live.AddGatingSequences(hold);
        return hold;
    }

    private void Switch(RingStages next, Sequence hold)
    {
        next.Start(hold.Value);
        Volatile.Write(ref _behind, next);
        live.RemoveGatingSequence(journalled);
        live.RemoveGatingSequence(hold);
    }
}
