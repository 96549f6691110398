using System.Text;
using Attribution.Model.Events;

namespace Attribution.Model.Tests.Support;

/// <summary>
/// An event for a test, laid out as the ring holds it. Built once; read-only after that.
/// </summary>
internal sealed class EventSample
{
    public EventRecord Record;

    public EventSample(string type, params (EventField Field, string Value)[] fields)
    {
        var bytes = new List<byte>();
        Add(bytes, EventField.Type, type);
        foreach ((EventField field, string value) in fields)
            Add(bytes, field, value);
        Bytes = [.. bytes];
        Record.Header.Kind = EventKind.Event;
        Record.Header.BytesLength = (ushort)Bytes.Length;
    }

    public byte[] Bytes { get; }

    private void Add(List<byte> bytes, EventField field, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        Record.Header.Fields[(int)field] =
            new FieldSlice { Offset = (ushort)bytes.Count, Length = (ushort)text.Length };
        bytes.AddRange(text);
    }
}
