using System.Globalization;
using Attribution.Engine.Journal;
using Attribution.Model.Events;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Puts the journal's records back into a ring under their own sequences, so that every later stage does
/// again exactly what it did, or what it would have done. The ring's only producer. Stateless.
/// </summary>
/// <remarks>
/// What damage took from earlier runs is known and passed over. Of this run's own records none may be
/// missing: the sink would let the journal forget it.
/// </remarks>
internal static class JournalReplay
{
    /// <summary>From the ring's next sequence on; waits for the stages behind it as long as they take.
    /// </summary>
    /// <param name="ring">Where it goes on.</param>
    /// <param name="left">The journal.</param>
    /// <param name="end">The sequence after the last one.</param>
    /// <param name="cancel">Ends it; the journal still has what is left.</param>
    /// <returns>How many records were replayed.</returns>
    /// <exception cref="JournalException">The journal cannot be read; nothing of it is lost.</exception>
    public static async Task<long> RunAsync(
        EventRing ring, RecoveredJournal left, long end, CancellationToken cancel)
    {
        if (ring.Cursor + 1 >= end)
            return 0;

        using JournalReader reader = left.OpenReader(ring.Cursor + 1, end);
        long replayed = 0;
        while (true)
        {
            ReplayStep step = TryReplay(ring, reader, left.NextSequence, ref replayed);
            if (step == ReplayStep.Done)
                break;
            await WaitAsync(ring, cancel).ConfigureAwait(false);
        }

        if (end > left.NextSequence && ring.Cursor + 1 < end)
            throw Missing(ring.Cursor + 1);
        await FillAsync(ring, end, cancel).ConfigureAwait(false);
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
    private static ReplayStep TryReplay(
        EventRing ring, JournalReader reader, long nextSequence, ref long replayed)
    {
        while (ring.Fill < 0.5)
        {
            if (!TryRead(reader, out JournalRecord record))
                return ReplayStep.Done;
            if (record.Sequence > nextSequence && ring.Cursor + 1 < record.Sequence)
                throw Missing(ring.Cursor + 1);
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

    private static JournalException Missing(long sequence) => new(
        "the journal does not give back event " + sequence.ToString(CultureInfo.InvariantCulture)
        + ", which it has just taken");

    /// <summary>For half of all that the ring has.</summary>
    private static async Task WaitAsync(EventRing ring, CancellationToken cancel)
    {
        int room = (ring.Slots / 2) + 1;
        await ring.WaitForRoomAsync(room, (ring.ArenaBytes / 2) + 1, Timeout.InfiniteTimeSpan, cancel)
            .ConfigureAwait(false);
    }
}
