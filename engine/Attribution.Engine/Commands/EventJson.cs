using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using Attribution.Engine.Journal;
using Attribution.Model.Events;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Commands;

/// <summary>A journalled event as a JSON object. Stateless.</summary>
/// <remarks>
/// The names are the contract's. Text that is not UTF-8, as a rejected body may be, stands as
/// <c>{"base64":"…"}</c>; everything outside ASCII that could confuse a terminal is escaped.
/// </remarks>
internal static class EventJson
{
    private const int MoneyDecimals = 4;

    /// <summary>Names of the text fields, by <see cref="EventField"/>.</summary>
    internal static readonly string[] Names =
    [
        "project", "type", "event_id", "user_id", "anonymous_id", "device_id", "install_referrer", "source",
        "medium", "campaign", "term", "content", "click_id", "click_id_type", "url", "referrer", "user_agent",
        "country", "properties",
    ];

    public static void Write(in JournalRecord record, Utf8JsonWriter json)
    {
        ref readonly EventHeader header = ref record.Header;
        bool isEvent = header.Kind == EventKind.Event;
        json.WriteStartObject();
        json.WriteNumber("sequence", record.Sequence);
        json.WriteString("kind", isEvent ? "event" : "rejected");
        json.WriteString("received_at", Time(header.ReceivedMillis));
        json.WriteString("timestamp", Time(header.TimestampMillis));
        if (header.Flags.HasFlag(EventFlags.HasSentAt))
            json.WriteString("sent_at", Time(header.SentMillis));
        for (int field = 0; field < EventRecord.FieldCount; field++)
            WriteField(record, (EventField)field, json);
        if (header.Flags.HasFlag(EventFlags.HasRevenue))
            json.WriteString("revenue", Money(header.RevenueTenThousandths));
        if (header.Currency != 0)
            json.WriteString("currency", CurrencyText.Of(header.Currency));
        if ((header.IpHigh | header.IpLow) != 0)
            json.WriteString("ip", Address(header));
        json.WriteString("flags", header.Flags.ToString());
        json.WriteEndObject();
    }

    /// <summary>
    /// A field's bytes; empty where its place lies outside the event, which no engine ever wrote.
    /// </summary>
    internal static ReadOnlySpan<byte> Field(in JournalRecord record, EventField field)
    {
        FieldSlice slice = record.Header.Fields[(int)field];
        return slice.Offset + slice.Length <= record.Bytes.Length
            ? record.Bytes.Slice(slice.Offset, slice.Length)
            : default;
    }

    /// <summary>What a field means, which differs on a rejected event.</summary>
    internal static string NameOf(EventField field, EventKind kind) => (field, kind) switch
    {
        (EventField.Type, EventKind.Rejected) => "reason",
        (EventField.Properties, EventKind.Rejected) => "body",
        _ => Names[(int)field],
    };

    internal static string Time(long millis)
    {
        bool isTime = millis >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && millis <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return isTime
            ? DateTimeOffset.FromUnixTimeMilliseconds(millis)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : millis.ToString(CultureInfo.InvariantCulture);
    }

    internal static string Money(long tenThousandths) =>
        (tenThousandths / 10_000m).ToString("F" + MoneyDecimals, CultureInfo.InvariantCulture);

    internal static string Address(in EventHeader header)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, header.IpHigh);
        BitConverter.TryWriteBytes(bytes[8..], header.IpLow);
        var address = new IPAddress(bytes);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    private static void WriteField(in JournalRecord record, EventField field, Utf8JsonWriter json)
    {
        ReadOnlySpan<byte> bytes = Field(record, field);
        if (bytes.IsEmpty)
            return;

        json.WritePropertyName(NameOf(field, record.Header.Kind));
        if (field == EventField.Properties && record.Header.Kind == EventKind.Event)
            WriteProperties(bytes, json);
        else
            WriteText(bytes, json);
    }

    /// <summary>As an object, so that tools reach into it; white space in it is not kept.</summary>
    private static void WriteProperties(ReadOnlySpan<byte> bytes, Utf8JsonWriter json)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            document.RootElement.WriteTo(json);
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            WriteText(bytes, json);
        }
    }

    private static void WriteText(ReadOnlySpan<byte> bytes, Utf8JsonWriter json)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
            return;
        }

        json.WriteStartObject();
        json.WriteBase64String("base64", bytes);
        json.WriteEndObject();
    }
}
