using Attribution.Engine.Journal;
using Attribution.Faults.Files;

namespace Attribution.Engine.Tests.Journal.Support;

/// <summary>
/// The bytes of one segment that holds events 1 to 9 at sequences 0 to 8, in groups of 4, 3 and 2. Immutable.
/// </summary>
internal sealed class SegmentImage
{
    public const int Records = 9;
    public const int LastGroupFirst = 7;

    /// <summary>Zeros kept after the last frame, as a preallocated file has them.</summary>
    private const int TailBytes = 48;

    public SegmentImage()
    {
        var files = new FaultyFileSystem(new Random(1));
        var run = new JournalRun(files, JournalRun.Options);
        run.Write(1, 2, 3, 4);
        run.Write(5, 6, 7);
        run.Write(8, 9);

        Offsets = new int[Records + 1];
        Offsets[0] = SegmentHeader.RegionBytes;
        for (int i = 0; i < Records; i++)
            Offsets[i + 1] = Offsets[i] + JournalFrame.SizeOf(SampleEvents.Bytes(i + 1).Length);
        Name = files.List()[0];
        Bytes = files.Bytes(Name)[..(Offsets[Records] + TailBytes)];
    }

    public string Name { get; }

    public byte[] Bytes { get; }

    /// <summary>Where each frame begins, and where the last one ends.</summary>
    public int[] Offsets { get; }

    /// <summary>The record that this byte belongs to; null for the header's and the tail's.</summary>
    public int? RecordAt(int offset)
    {
        int index = Array.FindLastIndex(Offsets, start => start <= offset);
        return index is >= 0 and < Records ? index : null;
    }

    public static FaultyFileSystem Folder(string name, byte[] bytes)
    {
        var files = new FaultyFileSystem(new Random(2));
        files.Put(name, bytes);
        return files;
    }
}
