using System.Text.Json;

namespace Attribution.Bench.Micro;

/// <summary>
/// What the parser is measured against: every field of every event read with <see cref="Utf8JsonReader"/> as
/// well as we can, known names told apart by length first, texts copied out, numbers and times parsed. It
/// hashes nothing, completes nothing and checks nothing beyond JSON. Owned by one thread.
/// </summary>
internal sealed class ReaderFields
{
    private readonly byte[] _text = new byte[64 * 1024];
    private readonly (int Offset, int Length)[] _fields = new (int, int)[24];
    private int _used;

    public long TimestampMillis { get; private set; }

    public decimal Revenue { get; private set; }

    /// <returns>The number of events.</returns>
    public int Read(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        int events = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                continue;
            ReadEvent(ref reader, body);
            events++;
        }

        return events;
    }

    private void ReadEvent(ref Utf8JsonReader reader, byte[] body)
    {
        _used = 0;
        _fields.AsSpan().Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int key = FindKey(ref reader);
            reader.Read();
            if (key is 17 or 18)
                ReadTime(ref reader);
            else if (key == 20)
                ReadRevenue(ref reader);
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                ReadObject(ref reader, body, key);
            else if (key > 0 && reader.TokenType == JsonTokenType.String)
                ReadText(ref reader, key);
        }
    }

    private void ReadText(ref Utf8JsonReader reader, int key)
    {
        int length = reader.CopyString(_text.AsSpan(_used));
        _fields[key] = (_used, length);
        _used += length;
    }

    private void ReadObject(ref Utf8JsonReader reader, byte[] body, int key)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        int length = (int)reader.BytesConsumed - start;
        body.AsSpan(start, length).CopyTo(_text.AsSpan(_used));
        _fields[key] = (_used, length);
        _used += length;
    }

    private void ReadTime(ref Utf8JsonReader reader) =>
        TimestampMillis = reader.TokenType == JsonTokenType.Number
            ? reader.GetInt64() : reader.GetDateTimeOffset().ToUnixTimeMilliseconds();

    private void ReadRevenue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
            Revenue = reader.GetDecimal();
        else if (decimal.TryParse(reader.ValueSpan, out decimal revenue))
            Revenue = revenue;
    }

    private static int FindKey(ref Utf8JsonReader reader) => reader.ValueSpan.Length switch
    {
        2 => reader.ValueTextEquals("ip"u8) ? 1 : 0,
        3 => reader.ValueTextEquals("url"u8) ? 2 : 0,
        4 => reader.ValueTextEquals("type"u8) ? 3 : reader.ValueTextEquals("term"u8) ? 4 : 0,
        6 => reader.ValueTextEquals("source"u8) ? 5 : reader.ValueTextEquals("medium"u8) ? 6 : 0,
        7 => reader.ValueTextEquals("user_id"u8) ? 7 : reader.ValueTextEquals("revenue"u8) ? 20
            : reader.ValueTextEquals("country"u8) ? 8 : reader.ValueTextEquals("content"u8) ? 9
            : reader.ValueTextEquals("sent_at"u8) ? 18 : 0,
        8 => reader.ValueTextEquals("event_id"u8) ? 10 : reader.ValueTextEquals("campaign"u8) ? 11
            : reader.ValueTextEquals("referrer"u8) ? 12 : reader.ValueTextEquals("click_id"u8) ? 13
            : reader.ValueTextEquals("currency"u8) ? 14 : 0,
        9 => reader.ValueTextEquals("timestamp"u8) ? 17 : reader.ValueTextEquals("device_id"u8) ? 15 : 0,
        10 => reader.ValueTextEquals("user_agent"u8) ? 16 : reader.ValueTextEquals("properties"u8) ? 19 : 0,
        12 => reader.ValueTextEquals("anonymous_id"u8) ? 21 : 0,
        16 => reader.ValueTextEquals("install_referrer"u8) ? 22 : 0,
        _ => 0,
    };
}
