using Attribution.Engine.Journal;
using Attribution.Model.Events;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Puts the journal's records back into the ring under their own sequences, so that every later stage does
/// again exactly what it did. The only producer until it is done.
/// </summary>
internal static class JournalReplay
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <returns>How many records were replayed.</returns>
    /// <exception cref="JournalException">The journal cannot be read; nothing of it is lost.</exception>
    /// <exception cref="StartException">The stages take nothing any more.</exception>
    public static async Task<long> RunAsync(EventRing ring, RecoveredJournal left, CancellationToken cancel)
    {
        if (left.Records == 0 || left.FirstSequence == left.NextSequence)
        {
            await FillAsync(ring, left.NextSequence, cancel).ConfigureAwait(false);
            return 0;
        }

        using JournalReader reader = left.OpenReader(left.FirstSequence);
        long replayed = 0;
        while (true)
        {
            ReplayStep step = TryReplay(ring, reader, ref replayed);
            if (step == ReplayStep.Done)
                break;
            await WaitAsync(ring, cancel).ConfigureAwait(false);
        }

        await FillAsync(ring, left.NextSequence, cancel).ConfigureAwait(false);
        return replayed;
    }

    private enum ReplayStep
    {
        Done,
        RingIsFull,
    }

    /// <summary>
    /// Replays until the ring is full or the journal ends. A record read but not placed is not lost: room is
    /// made sure of before each read.
    /// </summary>
    private static ReplayStep TryReplay(EventRing ring, JournalReader reader, ref long replayed)
    {
        while (ring.Fill < 0.5)
        {
            if (!TryRead(reader, out JournalRecord record))
                return ReplayStep.Done;
            while (ring.Cursor + 1 < record.Sequence)
                PublishNothing(ring);
            Publish(ring, record);
            replayed++;
        }

        return ReplayStep.RingIsFull;
    }

    /// <summary>A disk that refuses makes a start fail, as it does while the journal is verified.</summary>
    private static bool TryRead(JournalReader reader, out JournalRecord record)
    {
        try
        {
            return reader.TryRead(out record);
        }
        catch (IOException e)
        {
            throw new JournalException("the journal cannot be read: " + e.Message, e);
        }
    }

    private static void Publish(EventRing ring, in JournalRecord record)
    {
        EventClaim claim = Claim(ring, record.Bytes.Length);
        record.Bytes.CopyTo(ring.ClaimBytes(claim));
        ref EventRecord slot = ref ring[claim.First];
        slot = default;
        slot.Header = record.Header;
        slot.ArenaOffset = claim.ArenaOffset;
        slot.ComputeHashes(record.Bytes);
        ring.Publish(claim);
    }

    /// <summary>Takes the place of a sequence whose record is gone; every stage passes it by.</summary>
    private static void PublishNothing(EventRing ring)
    {
        EventClaim claim = Claim(ring, 0);
        ring[claim.First] = new EventRecord { ArenaOffset = claim.ArenaOffset };
        ring.Publish(claim);
    }

    private static EventClaim Claim(EventRing ring, int bytes)
    {
        var spin = new SpinWait();
        EventClaim claim;
        while (!ring.TryClaim(1, bytes, out claim))
            spin.SpinOnce();
        return claim;
    }

    private static async Task FillAsync(EventRing ring, long nextSequence, CancellationToken cancel)
    {
        while (ring.Cursor + 1 < nextSequence)
        {
            if (ring.Fill >= 0.5)
                await WaitAsync(ring, cancel).ConfigureAwait(false);
            else
                PublishNothing(ring);
        }
    }

    private static async Task WaitAsync(EventRing ring, CancellationToken cancel)
    {
        int room = (ring.Slots / 2) + 1;
        if (!await ring.WaitForRoomAsync(room, 0, Patience, cancel).ConfigureAwait(false))
            throw new StartException("the journal cannot be replayed: the stages behind it have stopped");
    }
}
