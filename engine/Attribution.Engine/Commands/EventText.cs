using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Attribution.Engine.Journal;
using Attribution.Model.Events;

namespace Attribution.Engine.Commands;

/// <summary>
/// A journalled event as one line for people: sequence, time of receipt, kind, then <c>name="value"</c> of
/// every field that is there, values escaped as in JSON. Stateless.
/// </summary>
internal static class EventText
{
    public static void Write(in JournalRecord record, ArrayBufferWriter<byte> line)
    {
        ref readonly EventHeader header = ref record.Header;
        bool isEvent = header.Kind == EventKind.Event;
        Add(line, record.Sequence.ToString(CultureInfo.InvariantCulture));
        Add(line, "  " + EventJson.Time(header.ReceivedMillis));
        Add(line, isEvent ? "  event" : "  rejected");
        for (int field = 0; field < EventRecord.FieldCount; field++)
        {
            ReadOnlySpan<byte> bytes = EventJson.Field(record, (EventField)field);
            if (!bytes.IsEmpty)
                AddField(line, EventJson.NameOf((EventField)field, header.Kind), bytes);
        }

        if (header.TimestampMillis != header.ReceivedMillis)
            Add(line, " timestamp=" + EventJson.Time(header.TimestampMillis));
        if (header.Flags.HasFlag(EventFlags.HasRevenue))
            Add(line, " revenue=" + EventJson.Money(header.RevenueTenThousandths));
    }

    private static void AddField(ArrayBufferWriter<byte> line, string name, ReadOnlySpan<byte> bytes)
    {
        bool isText = Utf8.IsValid(bytes);
        string value = isText
            ? JsonEncodedText.Encode(bytes).ToString()
            : "base64:" + Convert.ToBase64String(bytes);
        Add(line, " " + name + "=\"" + value + "\"");
    }

    private static void Add(ArrayBufferWriter<byte> line, string text) =>
        line.Write(Encoding.UTF8.GetBytes(text));
}
