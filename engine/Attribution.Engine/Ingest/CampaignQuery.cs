using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Unicode;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads campaign fields and click ids from a query (<c>utm_source=google&amp;gclid=…</c>) into the fields
/// that the event does not have yet. Of a parameter that comes twice the first value that is not empty
/// counts; of several click ids the one that ranks first in <see cref="QueryNames"/>. A value that is too
/// long for its field is passed over. Names match whatever their case. Stateless.
/// </summary>
internal static class CampaignQuery
{
    /// <summary>Bytes of a pair that are looked at together.</summary>
    private const int StepBytes = 64;

    /// <summary>Takes what the query, a slice of the draft's text, says.</summary>
    public static void Read(ref EventDraft draft, int offset, int length)
    {
        int end = offset + length;
        int clickRank = draft.Has(EventField.ClickId) ? 0 : QueryNames.ClickIdCount;
        Pair click = default;
        while (offset < end)
        {
            Pair pair = NextPair(draft.Text, offset, end, out int next);
            if (pair.ValueLength > 0 && QueryNames.TryFind(
                draft.Text.Slice(offset, QueryNames.ReadBytes), pair.NameLength, out EventField field,
                out int rank))
            {
                if (field != EventField.ClickId)
                    _ = draft.Has(field) || Take(ref draft, field, pair);
                else if (rank < clickRank)
                    (clickRank, click) = (rank, pair);
            }

            offset = next;
        }

        if (click.ValueLength > 0 && Take(ref draft, EventField.ClickId, click))
            draft.Append(EventField.ClickIdType, QueryNames.ClickId(clickRank));
    }

    /// <summary>
    /// Decodes a slice of the draft's text behind it, unless there is nothing to decode. An escape that is
    /// none is kept as it is; a result that is not UTF-8 gives the slice as it is.
    /// </summary>
    public static (int Offset, int Length) Decode(ref EventDraft draft, int offset, int length)
    {
        ReadOnlySpan<byte> raw = draft.Text.Slice(offset, length);
        if (!raw.ContainsAny((byte)'%', (byte)'+'))
            return (offset, length);

        Span<byte> target = draft.Text[draft.Length..];
        int written = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            byte value = raw[i];
            if (value == '+')
            {
                value = (byte)' ';
            }
            else if (value == '%' && i + 2 < raw.Length)
            {
                int high = JsonText.HexDigit(raw[i + 1]);
                int low = JsonText.HexDigit(raw[i + 2]);
                if (high >= 0 && low >= 0)
                {
                    value = (byte)((high << 4) | low);
                    i += 2;
                }
            }

            target[written++] = value;
        }

        if (!Utf8.IsValid(target[..written]))
            return (offset, length);

        int decodedOffset = draft.Length;
        draft.Length += written;
        return (decodedOffset, written);
    }

    private static bool Take(ref EventDraft draft, EventField field, Pair pair)
    {
        int before = draft.Length;
        (int valueOffset, int valueLength) = pair.IsPlain
            ? (pair.ValueOffset, pair.ValueLength)
            : Decode(ref draft, pair.ValueOffset, pair.ValueLength);
        if (valueLength > EventKeys.MaxBytes((EventKey)field))
        {
            draft.Length = before;
            return false;
        }

        draft.Point(field, valueOffset, valueLength);
        return true;
    }

    /// <summary>
    /// The name and value up to the next ampersand; without a value where one of them is empty. Reads a step
    /// wherever the query ends, as there is room behind every event's text.
    /// </summary>
    private static Pair NextPair(ReadOnlySpan<byte> text, int offset, int end, out int next)
    {
        ReadOnlySpan<byte> step = text.Slice(offset, StepBytes);
        int left = end - offset;
        ulong within = left >= StepBytes ? ulong.MaxValue : (1ul << left) - 1;
        ulong ends = Find(step, (byte)'&') & within;
        if (ends == 0 && left > StepBytes)
            return NextLongPair(text[offset..end], offset, out next);

        int length = ends == 0 ? left : BitOperations.TrailingZeroCount(ends);
        within = length == StepBytes ? ulong.MaxValue : (1ul << length) - 1;
        ulong equals = Find(step, (byte)'=') & within;
        bool isPlain = ((Find(step, (byte)'%') | Find(step, (byte)'+')) & within) == 0;
        next = offset + length + 1;
        return NewPair(offset, length, equals == 0 ? -1 : BitOperations.TrailingZeroCount(equals), isPlain);
    }

    private static Pair NextLongPair(ReadOnlySpan<byte> rest, int offset, out int next)
    {
        int length = rest.IndexOf((byte)'&');
        if (length < 0)
            length = rest.Length;
        next = offset + length + 1;
        return NewPair(offset, length, rest[..length].IndexOf((byte)'='), isPlain: false);
    }

    private static Pair NewPair(int offset, int length, int equals, bool isPlain) =>
        equals > 0 && equals < length - 1
            ? new Pair(equals, offset + equals + 1, length - equals - 1, isPlain) : default;

    private static ulong Find(ReadOnlySpan<byte> step, byte mark) =>
        Vector256.Equals(Vector256.Create(step), Vector256.Create(mark)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(Vector256.Create(step[32..]), Vector256.Create(mark))
            .ExtractMostSignificantBits() << 32);

    /// <summary>A parameter with a value, which has nothing to decode when it is plain.</summary>
    private readonly record struct Pair(int NameLength, int ValueOffset, int ValueLength, bool IsPlain);
}
