using Attribution.Engine.Journal;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Journal.Support;

/// <summary>Events that follow from a number, so that one read back can be told from any other.</summary>
internal static class SampleEvents
{
    /// <summary>Mostly small, at times as large as events may be.</summary>
    public static byte[] Bytes(long id)
    {
        var random = new Random((int)(id * 7919));
        int length = random.Next(40) == 0 ? random.Next(EventRecord.MaxBytes + 1) : random.Next(300);
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static EventHeader Header(long id, int bytes)
    {
        var header = new EventHeader
        {
            Kind = EventKind.Event,
            BytesLength = (ushort)bytes,
            TimestampMillis = id,
            RevenueTenThousandths = ~id,
            IpLow = (ulong)id * 31,
        };
        header.Fields[EventRecord.FieldCount - 1].Length = (ushort)bytes;
        return header;
    }

    /// <returns>The event's number, after making sure that every bit of it is as it was sent.</returns>
    public static long Verify(JournalRecord record)
    {
        long id = record.Header.TimestampMillis;
        byte[] bytes = Bytes(id);
        Assert.Equal(bytes, record.Bytes);
        EventHeader expected = Header(id, bytes.Length);
        Assert.Equal(Memory(in expected), Memory(in record.Header));
        return id;
    }

    private static byte[] Memory(in EventHeader header) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(
            new ReadOnlySpan<EventHeader>(in header)).ToArray();
}
