using Attribution.Engine.Journal;
using Attribution.Faults.Files;

namespace Attribution.Engine.Tests.Journal.Support;

/// <summary>
/// The bytes of a journal of several segments as lives of an engine left them, each of two groups. Immutable.
/// </summary>
internal sealed class JournalImage
{
    public const int Segments = 4;

    /// <summary>Events whose bytes are few, so that every byte of them can be tried.</summary>
    private const int MaxEventBytes = 60;

    public JournalImage()
    {
        var files = new FaultyFileSystem(new Random(1));
        long[] ids = [.. Enumerable.Range(1, 1000).Select(id => (long)id)
            .Where(id => SampleEvents.Bytes(id).Length <= MaxEventBytes).Take(Segments * 3)];
        Ids = [.. ids];
        Offsets = new int[Segments][];
        for (int life = 0; life < Segments; life++)
        {
            var run = new JournalRun(files, JournalRun.Options);
            long[] own = ids[(life * 3)..((life + 1) * 3)];
            run.Write(own[..2]);
            run.Write(own[2..]);
            run.Journal.OnStop();
            Offsets[life] = EndsOf(own);
        }

        Names = [.. files.List().Order()];
        Bytes = [.. Names.Select(files.Bytes)];
    }

    /// <summary>The event at each sequence.</summary>
    public IReadOnlyList<long> Ids { get; }

    public string[] Names { get; }

    public byte[][] Bytes { get; }

    /// <summary>Where the frames of each segment begin, and where the last one ends.</summary>
    public int[][] Offsets { get; }

    /// <summary>A folder with these files, durably there.</summary>
    public FaultyFileSystem Folder(byte[][] bytes)
    {
        var files = new FaultyFileSystem(new Random(2));
        for (int i = 0; i < Names.Length; i++)
            files.Put(Names[i], bytes[i]);
        return files;
    }

    /// <summary>The sequences of a segment whose frames are still there byte by byte.</summary>
    public IEnumerable<long> Untouched(int segment, byte[] bytes)
    {
        int[] offsets = Offsets[segment];
        for (int i = 0; i + 1 < offsets.Length; i++)
        {
            bool isWhole = offsets[i + 1] <= bytes.Length
                && bytes.AsSpan(offsets[i]..offsets[i + 1])
                    .SequenceEqual(Bytes[segment].AsSpan(offsets[i]..offsets[i + 1]));
            if (isWhole)
                yield return (segment * 3) + i;
        }
    }

    /// <summary>Whether either copy of the header is as it was.</summary>
    public bool HasHeader(int segment, byte[] bytes) =>
        HasRange(segment, bytes, 0) || HasRange(segment, bytes, 512);

    private bool HasRange(int segment, byte[] bytes, int offset) =>
        bytes.Length >= offset + 64
        && bytes.AsSpan(offset, 64).SequenceEqual(Bytes[segment].AsSpan(offset, 64));

    private static int[] EndsOf(long[] ids)
    {
        int[] offsets = new int[ids.Length + 1];
        offsets[0] = SegmentHeader.RegionBytes;
        for (int i = 0; i < ids.Length; i++)
            offsets[i + 1] = offsets[i] + JournalFrame.SizeOf(SampleEvents.Bytes(ids[i]).Length);
        return offsets;
    }
}
