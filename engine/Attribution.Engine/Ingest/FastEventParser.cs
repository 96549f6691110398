using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads an event by what its contract and its sender make likely: the name that came behind this name the
/// last time, a text without escapes, a time of fixed width. It copies while it looks for a text's end, and
/// leaves anything odd to the strict parser: an error, a field that comes twice, a line end, an escaped name.
/// Stateless.
/// </summary>
internal readonly struct FastEventParser<TScan> : IFastParser
    where TScan : struct, ITextScan
{
    /// <summary>Longest name that is looked at; one more step is read.</summary>
    private const int LastNameStep = 32;

    public static bool TryParse(
        ReadOnlySpan<byte> bytes, int start, in IngestContext context, EventBatch batch, out int end)
    {
        ParserMemory memory = batch.Memory;
        int left = bytes.Length - start;
        end = FastSource.NearEnd;
        if (!memory.IsUtf8(bytes))
            return false;
        if (left > ParserMemory.NearBytes)
            end = Parse(new FastSource(bytes), start, context, batch);
        if (end == FastSource.NearEnd && left <= ParserMemory.TailBytes)
        {
            ReadOnlySpan<byte> tail = memory.Tail(bytes, start, out int tailStart);
            end = Parse(new FastSource(tail), start - tailStart, context, batch);
            end += end > 0 ? tailStart : 0;
        }

        return end > 0;
    }

    /// <returns>The event's end, the event being in the batch; or what <see cref="FastSource"/> names.
    /// </returns>
    private static int Parse(in FastSource source, int start, in IngestContext context, EventBatch batch)
    {
        ref EventRecord record = ref batch.Begin(out Span<byte> text);
        var draft = new EventDraft(ref record, text);
        draft.Append(EventField.Project, context.Project.NameUtf8.Span);
        int depth = 1 + JsonScanner.MaxDepth - context.Limits.MaxJsonDepth;
        int end = start + 1 > source.Limit
            ? FastSource.NearEnd : ReadFields(source, start, depth, ref draft, batch.Memory);
        if (end < 0)
            return end;
        if (end - start > context.Limits.MaxEventBytes
            || EventCompletion.Complete(ref draft, context, out _) != ParseError.None)
            return FastSource.Odd;

        batch.UnknownFields += draft.UnknownFields;
        batch.Accept();
        return end;
    }

    private static int ReadFields(
        in FastSource source, int start, int depth, ref EventDraft draft, ParserMemory memory)
    {
        ref byte successors = ref MemoryMarshal.GetArrayDataReference(memory.Successors);
        int last = Math.Min(source.Limit, start + EventRecord.MaxBytes);
        var key = EventKey.Event;
        uint seen = 0;
        int place = source.SkipBlank(start + 1);
        while (true)
        {
            ref byte successor = ref Unsafe.Add(ref successors, (int)key);
            key = (EventKey)successor;
            if (TScan.IsAt(ref source[place], KnownNames.Pattern(key)))
            {
                place += KnownNames.Pattern(key).Length;
            }
            else
            {
                place = ReadName(source, place, out key);
                if (place < 0)
                    return place;
                successor = (byte)key;
            }

            // A field that comes twice is odd, an unknown one is not.
            uint bit = (1u << (int)key) & ((1u << (int)EventKey.Unknown) - 1);
            if ((seen & bit) != 0)
                return FastSource.Odd;
            seen |= bit;

            place = source.SkipBlank(place);
            place = key <= EventKey.Country && source[place] == '"'
                ? ReadText(source, place + 1, key, ref draft)
                : ReadOther(source, place, key, depth, ref draft, memory);
            if ((uint)place > (uint)last)
                return place < 0 ? place : place > source.Limit ? FastSource.NearEnd : FastSource.Odd;

            if (source[place] != ',')
            {
                place = source.SkipBlank(place);
                if (source[place] == '}')
                    return place + 1;
                if (source[place] != ',')
                    return FastSource.Odd;
            }

            place = source.SkipBlank(place + 1);
        }
    }

    /// <summary>Reads a name, and its colon, that is not the one that was expected.</summary>
    private static int ReadName(in FastSource source, int place, out EventKey key)
    {
        key = EventKey.Unknown;
        if (source[place] != '"')
            return FastSource.Odd;

        int start = place + 1;
        int length = TScan.Skip(ref source[start], Math.Min(source.LastStep - start, LastNameStep));
        if (length < 0)
            return FastSource.Odd;

        EventKey guess = KnownNames.Guess(source.Four(start), length);
        ref readonly NamePattern name = ref KnownNames.Pattern(guess);
        if (TScan.IsAt(ref source[place], name))
        {
            key = guess;
            return place + name.Length;
        }

        if (source.Readable.Slice(place, length + 2).SequenceEqual(name.Text[..^1]))
            key = guess;
        place = start + length + 1;
        if (place > source.Limit)
            return FastSource.NearEnd;
        place = source.SkipBlank(place);
        return source[place] == ':' ? place + 1 : FastSource.Odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // EventParserBenchmarks: one call per field.
    private static int ReadText(in FastSource source, int place, EventKey key, ref EventDraft draft)
    {
        int maxBytes = KnownNames.Pattern(key).MaxBytes;
        int offset = draft.Length;
        int length = TScan.Copy(
            ref source[place], ref Unsafe.Add(ref MemoryMarshal.GetReference(draft.Text), offset),
            Math.Min(source.LastStep - place, maxBytes));
        if (length < 0)
            return ReadEscapedText(source, place, ~length, key, ref draft);
        if (length > maxBytes)
            return FastSource.Odd;

        draft.Point((EventField)key, offset, length);
        draft.Length = offset + length;
        return place + length + 1;
    }

    /// <summary>Reads on where <see cref="ITextScan.Copy"/> stopped before the text's end.</summary>
    private static int ReadEscapedText(
        in FastSource source, int start, int copied, EventKey key, ref EventDraft draft)
    {
        int maxBytes = KnownNames.Pattern(key).MaxBytes;
        int place = start + copied;
        int length = copied;
        while (true)
        {
            if (place > source.Limit)
                return FastSource.NearEnd;
            if (length > maxBytes || source[place] != '\\')
                return FastSource.Odd;

            int next = source.SkipEscape(place);
            if (next < 0)
                return next;

            Span<byte> rest = draft.Text[(draft.Length + length)..];
            length += JsonText.UnescapeOne(source.Readable[place..next], rest);
            if (next > source.Limit)
                return FastSource.NearEnd;
            int run = TScan.Copy(
                ref source[next], ref draft.Text[draft.Length + length],
                Math.Min(source.LastStep - next, maxBytes));
            if (run >= 0)
            {
                length += run;
                return Point(key, length, next + run + 1, maxBytes, ref draft);
            }

            length += ~run;
            place = next + ~run;
        }
    }

    private static int Point(EventKey key, int length, int end, int maxBytes, ref EventDraft draft)
    {
        if (length > maxBytes)
            return FastSource.Odd;
        draft.Point((EventField)key, draft.Length, length);
        draft.Length += length;
        return end;
    }

    private static int ReadOther(
        in FastSource source, int place, EventKey key, int depth, ref EventDraft draft, ParserMemory memory)
    {
        if (key == EventKey.Unknown)
        {
            draft.UnknownFields++;
            return FastSkip<TScan>.Value(source, place, depth);
        }

        if (source.IsNull(place))
            return place + 4;

        switch (key)
        {
            case EventKey.Timestamp:
                draft.HasTimestamp = true;
                return ReadTime(source, place, key, ref draft, memory);
            case EventKey.SentAt:
                draft.Header.Flags |= EventFlags.HasSentAt;
                return ReadTime(source, place, key, ref draft, memory);
            case EventKey.Properties:
                return ReadProperties(source, place, depth, ref draft);
            case EventKey.Ip:
                return ReadAddress(source, place, ref draft);
            case EventKey.Revenue:
                return ReadRevenue(source, place, ref draft);
            case EventKey.Currency:
                return ReadStrictly(source, place, key, ref draft);
            default:
                return FastSource.Odd;
        }
    }

    private static int ReadTime(
        in FastSource source, int place, EventKey key, ref EventDraft draft, ParserMemory memory)
    {
        ref long target = ref draft.RawTimestampMillis;
        if (key == EventKey.SentAt)
            target = ref draft.Header.SentMillis;

        const int closing = 1 + FixedText.Rfc3339Bytes;
        if (source[place] != '"')
        {
            int end = place + FixedText.EpochDigits;
            if (FixedText.TryReadEpoch(ref source[place], out target)
                && source[end] is (byte)',' or (byte)'}')
                return end;
        }
        else if (source[place + closing] == '"'
            && FixedText.TryReadRfc3339(ref source[place + 1], ref memory.Day, out target)
            && EventParser.IsTime(target))
        {
            return place + closing + 1;
        }

        return ReadStrictly(source, place, key, ref draft);
    }

    private static int ReadProperties(in FastSource source, int place, int depth, ref EventDraft draft)
    {
        if (source[place] != '{')
            return FastSource.Odd;

        int end = FastSkip<TScan>.Value(source, place, depth);
        if (end - place > EventRecord.MaxBytes)
            return FastSource.Odd;
        if (end > 0)
            draft.Append(EventField.Properties, source.Readable[place..end]);
        return end;
    }

    private static int ReadAddress(in FastSource source, int place, ref EventDraft draft)
    {
        if (source[place] == '"')
        {
            int length = FixedText.ReadVersion4(ref source[place + 1], out draft.Address);
            if (length > 0)
            {
                draft.HasAddress = true;
                return place + length + 2;
            }
        }

        return ReadStrictly(source, place, EventKey.Ip, ref draft);
    }

    private static int ReadRevenue(in FastSource source, int place, ref EventDraft draft)
    {
        int quote = source[place] == '"' ? 1 : 0;
        int length = FixedText.ReadAmount(ref source[place + quote], out long amount);
        int end = place + quote + length;
        bool isWhole = quote > 0 ? source[end] == '"' : source[end] is (byte)',' or (byte)'}';
        if (length == 0 || !isWhole)
            return ReadStrictly(source, place, EventKey.Revenue, ref draft);

        draft.Header.Flags |= EventFlags.HasRevenue;
        draft.Header.RevenueTenThousandths = amount;
        return end + quote;
    }

    /// <summary>Reads a value of another form than is common, as the strict parser does.</summary>
    private static int ReadStrictly(in FastSource source, int place, EventKey key, ref EventDraft draft)
    {
        // White space is a line end here, which the scanner would pass.
        if (source[place] <= ' ')
            return FastSource.Odd;

        var scanner = new JsonScanner(source.Readable, place);
        ReadOnlySpan<byte> text;
        bool isString = source[place] == '"';
        if (isString)
        {
            if (!scanner.TryReadString(out JsonString value) || value.IsEscaped)
                return FastSource.Odd;
            text = source.Readable.Slice(value.Start, value.Length);
        }
        else if (!scanner.TryReadScalar(out text))
        {
            return FastSource.Odd;
        }

        return EventParser.Set(ref draft, key, text, isString) == ParseError.None
            ? scanner.Position : FastSource.Odd;
    }
}
