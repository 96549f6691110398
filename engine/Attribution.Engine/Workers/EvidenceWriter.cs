using System.Buffers.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// Writes what a conversion's row keeps beside its credits: how many touches were looked at, each rejected
/// one with the rule and the numbers compared, and what limits had dropped. JSON, into one buffer that is
/// reused. Owned by one worker thread.
/// </summary>
internal sealed class EvidenceWriter(AttributionConfig config, int maxTouches)
{
    /// <summary>
    /// Longest text of one rejected touch: a 64-byte id whose every byte is escaped, and two numbers.
    /// </summary>
    private const int MaxRejectedBytes = (64 * 6) + 128;

    private readonly byte[] _buffer = new byte[256 + (maxTouches * MaxRejectedBytes)];
    private int _length;

    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(
        JourneyStore store, in PersonState person, in Conversion conversion, AttributionResult result)
    {
        _length = 0;
        Raw("{\"considered\":"u8);
        Number(result.TouchCount);
        Raw(",\"eligible\":"u8);
        Number(result.EligibleCount);
        WriteDropped(person, conversion);
        if (result.EligibleCount < result.TouchCount)
            WriteRejected(store, person, conversion, result);
        Raw("}"u8);
        return _buffer.AsSpan(0, _length);
    }

    private void WriteDropped(in PersonState person, in Conversion conversion)
    {
        if (person.DroppedTouches > 0)
        {
            Raw(",\"dropped_touches\":"u8);
            Number(person.DroppedTouches);
            Raw(",\"dropped_through\":"u8);
            Number(person.DroppedThroughMillis);
            bool inWindow = person.DroppedThroughMillis >= conversion.TimeMillis - config.MaxLookbackMillis;
            Raw(inWindow ? ",\"truncated\":true"u8 : ",\"truncated\":false"u8);
        }

        if (person.MayBeIncomplete)
            Raw(",\"may_be_incomplete\":true"u8);
    }

    private void WriteRejected(
        JourneyStore store, in PersonState person, in Conversion conversion, AttributionResult result)
    {
        Raw(",\"rejected\":["u8);
        ReadOnlySpan<Touch> touches = store.Touches(person);
        Span<byte> id = stackalloc byte[36];
        bool first = true;
        for (int i = 0; i < result.TouchCount; i++)
        {
            if (result.Verdicts[i] == TouchVerdict.Eligible)
                continue;
            Raw(first ? "{\"touch\":\""u8 : ",{\"touch\":\""u8);
            Escaped(store.Text(touches[i].EventId, id));
            Raw("\",\"rule\":\""u8);
            Raw(Rule(result.Verdicts[i]));
            Raw("\",\"age_ms\":"u8);
            Number(conversion.TimeMillis - touches[i].TimeMillis);
            Raw(",\"window_ms\":"u8);
            Number(config.LookbackMillis(touches[i].Kind));
            Raw("}"u8);
            first = false;
        }

        Raw("]"u8);
    }

    private static ReadOnlySpan<byte> Rule(TouchVerdict verdict) => verdict switch
    {
        TouchVerdict.OutsideWindow => "outside_window"u8,
        TouchVerdict.AfterConversion => "after_conversion"u8,
        TouchVerdict.OverLimit => "over_limit"u8,
        _ => "eligible"u8,
    };

    private void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out int written);
        _length += written;
    }

    private void Escaped(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (b is (byte)'"' or (byte)'\\')
                _buffer[_length++] = (byte)'\\';
            if (b >= 0x20)
            {
                _buffer[_length++] = b;
                continue;
            }

            Raw("\\u00"u8);
            _buffer[_length++] = HexDigit(b >> 4);
            _buffer[_length++] = HexDigit(b & 15);
        }
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
