using System.Buffers.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Model.Evidence;

/// <summary>What the keeper of a history could not keep; stands in the evidence. A value.</summary>
public readonly record struct HistoryLimits
{
    /// <summary>Touches dropped because a bound was reached.</summary>
    public int DroppedTouches { get; init; }

    /// <summary>Time of the newest one dropped; milliseconds since 1970 UTC.</summary>
    public long DroppedThroughMillis { get; init; }

    /// <summary>Whole persons were dropped before, so an earlier history may be missing.</summary>
    public bool MayBeIncomplete { get; init; }
}

/// <summary>
/// Writes what a conversion's row keeps beside its credits, for one model: how many touches were looked at,
/// each rejected one with the rule and the numbers compared, and what limits had dropped. JSON, into one
/// buffer that is reused. Owned by one thread.
/// </summary>
public sealed class EvidenceWriter(AttributionConfig config)
{
    /// <summary>
    /// Longest text of one rejected touch: a 64-byte id whose every byte is escaped, and its numbers.
    /// </summary>
    private const int MaxRejectedBytes = (64 * 6) + 256;

    private byte[] _buffer = new byte[256 + (128 * MaxRejectedBytes)];
    private int _length;

    /// <param name="model">Index into the config's models.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(
        in PersonHistory history, AttributionResult result, int model, in HistoryLimits limits)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(model, config.Models.Count);
        int needed = 256 + (result.CandidateCount * MaxRejectedBytes);
        if (needed > _buffer.Length)
            _buffer = new byte[2 * needed];

        _length = 0;
        Raw("{\"considered\":"u8);
        Number(result.CandidateCount);
        Raw(",\"eligible\":"u8);
        Number(result.EligibleCount);
        WriteDropped(limits, history.Conversions[result.Conversion].TimeMillis);
        if (result.EligibleCount < result.CandidateCount)
            WriteRejected(history, result);
        Raw("}"u8);
        return _buffer.AsSpan(0, _length);
    }

    private void WriteDropped(in HistoryLimits limits, long conversionMillis)
    {
        if (limits.DroppedTouches > 0 && limits.DroppedThroughMillis >= conversionMillis - config.ReachMillis)
        {
            Raw(",\"dropped_touches\":"u8);
            Number(limits.DroppedTouches);
            Raw(",\"dropped_through\":"u8);
            Number(limits.DroppedThroughMillis);
            bool inWindow = limits.DroppedThroughMillis >= conversionMillis - config.MaxLookbackMillis;
            Raw(inWindow ? ",\"truncated\":true"u8 : ",\"truncated\":false"u8);
        }

        if (limits.MayBeIncomplete)
            Raw(",\"may_be_incomplete\":true"u8);
    }

    private void WriteRejected(in PersonHistory history, AttributionResult result)
    {
        Raw(",\"rejected\":["u8);
        Span<byte> id = stackalloc byte[36];
        bool first = true;
        for (int i = 0; i < result.CandidateCount; i++)
        {
            ref readonly TouchJudgement judgement = ref result.Judgements[i];
            if (judgement.Verdict == TouchVerdict.Eligible)
                continue;
            ref readonly Touch touch = ref history.Touches[result.CandidateStart + i];
            Raw(first ? "{\"touch\":\""u8 : ",{\"touch\":\""u8);
            Escaped(history.Texts.EventId(touch.EventId, id));
            Raw("\",\"time\":"u8);
            Number(touch.TimeMillis);
            Raw(",\"rule\":\""u8);
            Raw(Rule(judgement.Verdict));
            Raw("\",\"found\":"u8);
            Number(judgement.Found);
            Raw(",\"limit\":"u8);
            Number(judgement.Limit);
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
