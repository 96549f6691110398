using System.Globalization;
using System.Text;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>A copy of one record with its text. Immutable.</summary>
internal sealed class ParsedEvent
{
    private readonly EventRecord _record;
    private readonly byte[] _text;

    public ParsedEvent(in EventRecord record, ReadOnlySpan<byte> text) =>
        (_record, _text) = (record, text.ToArray());

    public EventRecord Record => _record;

    public EventHeader Header => _record.Header;

    public string this[EventField field] => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(EventField field) => _record.Field(field, _text).ToArray();

    public bool Is(EventFlags flag) => (Header.Flags & flag) == flag;

    public static List<ParsedEvent> All(EventBatch batch)
    {
        var all = new List<ParsedEvent>();
        int offset = 0;
        foreach (ref readonly EventRecord record in batch.Records)
        {
            all.Add(new ParsedEvent(record, batch.Text.Slice(offset, record.Header.BytesLength)));
            offset += record.Header.BytesLength;
        }

        Assert.Equal(batch.Text.Length, offset);
        return all;
    }

    public string Describe()
    {
        EventHeader header = Header;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{header.Kind} {header.Flags} {header.Currency:x} ");
        text.Append(CultureInfo.InvariantCulture, $"{header.TimestampMillis} {header.ReceivedMillis} ");
        text.Append(CultureInfo.InvariantCulture, $"{header.SentMillis} {header.RevenueTenThousandths} ");
        text.Append(CultureInfo.InvariantCulture,
            $"{header.IpHigh:x} {header.IpLow:x} {_record.EventIdHash} ");
        text.Append(CultureInfo.InvariantCulture, $"{_record.UserIdHash:x} {_record.AnonymousIdHash:x} ");
        text.Append(CultureInfo.InvariantCulture, $"{_record.DeviceIdHash:x} {Convert.ToHexString(_text)}");
        for (EventField field = 0; field <= EventField.Properties; field++)
            text.Append(' ').Append(field).Append('=').Append(Convert.ToHexString(Bytes(field)));
        return text.ToString();
    }
}
