using System.Buffers;

namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>Sequences of several segments. Stateless.</summary>
internal static class Sequences
{
    public static ReadOnlySequence<byte> SplitAt(byte[] bytes, int position) =>
        Of(bytes.AsMemory(0, position), bytes.AsMemory(position));

    /// <summary>Every byte a segment of its own, with an empty one before and after it.</summary>
    public static ReadOnlySequence<byte> BytePerSegment(byte[] bytes) =>
        Of([.. Enumerable.Range(0, bytes.Length).SelectMany(
            i => new ReadOnlyMemory<byte>[] { bytes.AsMemory(i, 1), ReadOnlyMemory<byte>.Empty })]);

    public static ReadOnlySequence<byte> Of(params ReadOnlyMemory<byte>[] parts)
    {
        var first = new Segment(parts[0], null);
        Segment last = first;
        foreach (ReadOnlyMemory<byte> part in parts[1..])
            last = new Segment(part, last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
