using System.Text;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink.Support;

/// <summary>An event as a test names it, and as it lies in a slot. Owned by one test.</summary>
internal sealed class SampleEvent
{
    /// <summary>2026-03-01 12:00:00 UTC.</summary>
    public const long Noon = 1_772_366_400_000;

    private readonly byte[][] _fields = new byte[EventRecord.FieldCount][];

    public SampleEvent(string eventId)
    {
        Array.Fill(_fields, []);
        this[EventField.Project] = "default"u8.ToArray();
        this[EventField.Type] = "click"u8.ToArray();
        this[EventField.EventId] = Encoding.UTF8.GetBytes(eventId);
        Header.Kind = EventKind.Event;
        Header.TimestampMillis = Noon;
        Header.ReceivedMillis = Noon;
    }

    public EventHeader Header;

    public byte[] this[EventField field]
    {
        get => _fields[(int)field];
        set => _fields[(int)field] = value;
    }

    public SampleEvent At(long timestampMillis)
    {
        Header.TimestampMillis = timestampMillis;
        return this;
    }

    public SampleEvent ReceivedAt(long receivedMillis)
    {
        Header.ReceivedMillis = receivedMillis;
        return this;
    }

    public SampleEvent With(EventField field, string text)
    {
        this[field] = Encoding.UTF8.GetBytes(text);
        return this;
    }

    public EventRecord ToRecord(out byte[] eventBytes)
    {
        var record = new EventRecord { Header = Header };
        var bytes = new List<byte>();
        for (int field = 0; field < _fields.Length; field++)
        {
            record.Header.Fields[field] = new FieldSlice
            {
                Offset = (ushort)bytes.Count,
                Length = (ushort)_fields[field].Length,
            };
            bytes.AddRange(_fields[field]);
        }

        record.Header.BytesLength = checked((ushort)bytes.Count);
        eventBytes = [.. bytes];
        return record;
    }
}
