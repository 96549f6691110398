using System.Buffers.Binary;
using Attribution.Engine;
using Attribution.Engine.Journal;
using Attribution.Faults.Files;
using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// A journal's segment on the disk, and the recovery that reads it: nothing may come back that was not
/// written, and a second start finds what the first left. Used by one thread at a time.
/// </summary>
internal sealed class JournalTarget : FuzzTarget
{
    private const int Records = 12;

    private static readonly JournalOptions Options = new()
    {
        SegmentBytes = 64 * 1024,
        BufferBytes = JournalFrame.MaxBytes,
        RetryPause = TimeSpan.Zero,
    };

    private readonly string _name;

    public JournalTarget()
    {
        var files = new FaultyFileSystem(new Random(1));
        Write(files);
        _name = files.List()[0];
        byte[] bytes = files.Bytes(_name);
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Seeds = [bytes[..Math.Min(bytes.Length, end + 64)], bytes[..end], bytes[..SegmentHeader.RegionBytes]];
    }

    public override string Name => "journal";

    public override int ShortRun => 800;

    public override IReadOnlyList<byte[]> Seeds { get; }

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [new byte[8], new byte[512], new byte[4096], [0xff, 0xff, 0xff, 0], [0xa0, 0, 0, 1]];

    /// <summary>Every recovery has a window of 1 MiB, and the folder keeps its bytes twice.</summary>
    public override long MaxAllocatedBytes(int inputBytes) => (16 * 1024 * 1024) + (256L * inputBytes);

    public override void Run(byte[] input)
    {
        var files = new FaultyFileSystem(new Random(2));
        files.Put(_name, input);
        List<long>? first = Recover(files);
        if (first is null)
            return;

        List<long>? second = Recover(files);
        FuzzException.Require(
            second is not null && second.SequenceEqual(first), "a second start finds something else");
    }

    /// <returns>The sequences that are left; null for a refusal with a reason.</returns>
    private static List<long>? Recover(FaultyFileSystem files)
    {
        var sequences = new List<long>();
        try
        {
            RecoveredJournal left = JournalRecovery.Run(files, Options);
            using JournalReader reader = left.OpenReader(0);
            while (reader.TryRead(out JournalRecord record))
            {
                FuzzException.Require(
                    sequences.Count == 0 || record.Sequence > sequences[^1], "sequences do not rise");
                FuzzException.Require(
                    record.Sequence is >= 0 and < Records
                        && record.Bytes.SequenceEqual(Bytes(record.Sequence)), "a record was invented");
                sequences.Add(record.Sequence);
            }

            return sequences;
        }
        catch (JournalException)
        {
            return null;
        }
    }

    private static void Write(FaultyFileSystem files)
    {
        RecoveredJournal left = JournalRecovery.Run(files, Options);
        var ring = new EventRing(new EventRingOptions { Slots = 64, ArenaBytes = 1024 * 1024 });
        var passed = new Sequence(-1);
        ring.AddGatingSequences(passed);
        using var journal = new EventJournal(ring, left, Options);
        for (long sequence = 0; sequence < Records; sequence++)
        {
            byte[] bytes = Bytes(sequence);
            ring.TryClaim(1, bytes.Length, out EventClaim claim);
            bytes.CopyTo(ring.ClaimBytes(in claim));
            ref EventRecord record = ref ring[claim.First];
            record.Header = new EventHeader
            {
                Kind = EventKind.Event,
                BytesLength = (ushort)bytes.Length,
                TimestampMillis = sequence,
            };
            record.ArenaOffset = claim.ArenaOffset;
            ring.Publish(in claim);
            journal.OnBatch(sequence, sequence);
            passed.SetValue(sequence);
        }
    }

    private static byte[] Bytes(long sequence)
    {
        byte[] bytes = new byte[16 + (37 * sequence)];
        new Random((int)sequence).NextBytes(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
        return bytes;
    }
}
