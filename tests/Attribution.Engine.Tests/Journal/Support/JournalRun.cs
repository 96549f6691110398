using Attribution.Engine.Journal;
using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Engine.Tests.Journal.Support;

/// <summary>
/// One life of a journal over a ring, from recovery to the crash, driven on the test's own thread.
/// </summary>
internal sealed class JournalRun
{
    private readonly EventRing _ring;
    private readonly Sequence _passed;

    public JournalRun(IJournalFileSystem files, JournalOptions options, long? firstSequence = null)
    {
        Recovered = JournalRecovery.Run(files, options);
        long first = firstSequence ?? Recovered.NextSequence;
        var sizes = new EventRingOptions { Slots = 64, ArenaBytes = 1024 * 1024, FirstSequence = first };
        _ring = new EventRing(sizes);
        _passed = new Sequence(first - 1);
        _ring.AddGatingSequences(_passed);
        Journal = new EventJournal(_ring, Recovered, options);
    }

    public static JournalOptions Options { get; } = new()
    {
        SegmentBytes = 64 * 1024,
        BufferBytes = JournalFrame.MaxBytes,
        RetryPause = TimeSpan.Zero,
    };

    public RecoveredJournal Recovered { get; }

    public EventJournal Journal { get; }

    /// <summary>Publishes these events as one batch and lets the journal have it.</summary>
    /// <returns>Their first sequence.</returns>
    public long Write(params long[] ids)
    {
        long first = Publish(ids);
        Handle(first + ids.Length - 1);
        return first;
    }

    public long Publish(params long[] ids)
    {
        byte[][] bytes = [.. ids.Select(SampleEvents.Bytes)];
        Assert.True(_ring.TryClaim(ids.Length, bytes.Sum(b => b.Length), out EventClaim claim));
        Span<byte> target = _ring.ClaimBytes(in claim);
        long offset = claim.ArenaOffset;
        for (int i = 0; i < ids.Length; i++)
        {
            ref EventRecord record = ref _ring[claim.First + i];
            record.Header = SampleEvents.Header(ids[i], bytes[i].Length);
            record.ArenaOffset = offset;
            bytes[i].CopyTo(target[(int)(offset - claim.ArenaOffset)..]);
            offset += bytes[i].Length;
        }

        _ring.Publish(in claim);
        return claim.First;
    }

    /// <summary>Hands the journal what was published, up to this sequence.</summary>
    public void Handle(long last)
    {
        Journal.OnBatch(_passed.Value + 1, last);
        _passed.SetValue(last);
    }

    /// <summary>Every event that a recovery finds, by its sequence.</summary>
    public static SortedDictionary<long, long> ReadAll(RecoveredJournal recovered, long from = 0)
    {
        var ids = new SortedDictionary<long, long>();
        using JournalReader reader = recovered.OpenReader(from);
        long before = -1;
        while (reader.TryRead(out JournalRecord record))
        {
            Assert.True(record.Sequence > before, "sequences rise");
            before = record.Sequence;
            ids.Add(record.Sequence, SampleEvents.Verify(record));
        }

        return ids;
    }

    public static SortedDictionary<long, long> ReadAll(IJournalFileSystem files) =>
        ReadAll(JournalRecovery.Run(files, Options));
}
