using System.Text.Unicode;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads one event's JSON into a batch: its record and its text. Strict, allocates nothing, never throws for
/// bad input. Of a field that comes twice the last one counts, but each must be valid. Lives on its owner's
/// stack.
/// </summary>
internal ref struct EventParser
{
    /// <summary>1900-01-01 and the end of 2299: what ClickHouse's DateTime64 can hold.</summary>
    private const long FirstSentMillis = -2_208_988_800_000;
    private const long LastSentMillis = 10_413_791_999_999;

    /// <summary>Text beyond it is not copied any more; the event is too large whatever follows.</summary>
    private const int MaxDraftBytes = EventRecord.MaxBytes + Project.MaxNameBytes;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>
    /// Containers around a field's value, for the scanner: the event itself, and as many more as the
    /// configured depth is below the scanner's own.
    /// </summary>
    private readonly int _depth;
    private JsonScanner _scanner;
    private EventDraft _draft;
    private ParseError _fieldError;
    private EventKey _fieldErrorKey;

    private EventParser(ReadOnlySpan<byte> bytes, int start, EventDraft draft, int maxDepth)
    {
        _bytes = bytes;
        _depth = 1 + JsonScanner.MaxDepth - maxDepth;
        _scanner = new JsonScanner(bytes, start);
        _draft = draft;
    }

    /// <summary>
    /// Parses the object at <paramref name="start"/> and adds it to the batch when it is a valid event.
    /// </summary>
    /// <param name="bytes">Bytes that hold the object, and whatever follows it.</param>
    /// <param name="start">Where its opening brace is.</param>
    /// <param name="context">The request it came with.</param>
    /// <param name="batch">Unchanged when the result is an error.</param>
    /// <param name="end">Behind the object; <paramref name="start"/> when its end is unknown, as it is not
    /// JSON.</param>
    /// <param name="key">The field in error.</param>
    public static ParseError Parse(
        ReadOnlySpan<byte> bytes, int start, in IngestContext context, EventBatch batch, out int end,
        out EventKey key)
    {
        ref EventRecord record = ref batch.Begin(out Span<byte> text);
        var parser = new EventParser(
            bytes, start, new EventDraft(ref record, text), context.Limits.MaxJsonDepth);
        parser._draft.Append(EventField.Project, context.Project.NameUtf8.Span);

        key = EventKey.Event;
        bool isRead = parser.TryReadFields();
        end = isRead ? parser._scanner.Position : start;
        if (!isRead)
            return parser._scanner.Error;
        if (end - start > context.Limits.MaxEventBytes)
            return ParseError.TooLarge;
        if (!Utf8.IsValid(bytes[start..end]))
            return ParseError.NotUtf8;
        if (parser._fieldError != ParseError.None)
        {
            key = parser._fieldErrorKey;
            return parser._fieldError;
        }

        ParseError error = EventCompletion.Complete(ref parser._draft, context, out key);
        if (error != ParseError.None)
            return error;

        batch.UnknownFields += parser._draft.UnknownFields;
        batch.Accept();
        return ParseError.None;
    }

    private bool TryReadFields()
    {
        if (!_scanner.TryReadByte((byte)'{'))
            return false;
        if (_scanner.Peek() == '}')
            return _scanner.TryReadByte((byte)'}');

        while (true)
        {
            if (!_scanner.TryReadString(out JsonString name) || !_scanner.TryReadByte((byte)':')
                || !TryReadField(FindKey(name)))
                return false;

            if (_scanner.Peek() != ',')
                return _scanner.TryReadByte((byte)'}');
            _scanner.TryReadByte((byte)',');
        }
    }

    private readonly EventKey FindKey(JsonString name)
    {
        ReadOnlySpan<byte> raw = _bytes.Slice(name.Start, name.Length);
        if (!name.IsEscaped)
            return EventKeys.Find(raw);
        if (raw.Length > EventKeys.MaxNameBytes * JsonText.UnitBytes)
            return EventKey.Unknown;

        Span<byte> unescaped = stackalloc byte[EventKeys.MaxNameBytes * JsonText.UnitBytes];
        return EventKeys.Find(unescaped[..JsonText.Unescape(raw, unescaped)]);
    }

    private bool TryReadField(EventKey key)
    {
        byte first = _scanner.Peek();
        switch (key)
        {
            case EventKey.Unknown:
                _draft.UnknownFields++;
                return _scanner.TrySkipValue(_depth);
            case EventKey.Properties:
                return TryReadProperties(first);
            case >= EventKey.Timestamp:
                return TryReadValue(key, first);
            default:
                return TryReadText(key, first);
        }
    }

    private bool TryReadText(EventKey key, byte first)
    {
        if (first != '"')
        {
            _draft.Drop((EventField)key);
            return TryReadNullOr(ParseError.NotAString, key, first);
        }

        if (!_scanner.TryReadString(out JsonString value))
            return false;
        if (_draft.Length + value.Length > MaxDraftBytes)
            return FailField(ParseError.TooLarge, EventKey.Event);

        int offset = _draft.Length;
        int length = Copy(value, _draft.Text[offset..]);
        if (length > EventKeys.MaxBytes(key))
            return FailField(ParseError.TooLong, key);

        _draft.Point((EventField)key, offset, length);
        _draft.Length += length;
        return true;
    }

    private bool TryReadProperties(byte first)
    {
        _draft.Drop(EventField.Properties);
        if (first != '{')
            return TryReadNullOr(ParseError.NotAnObject, EventKey.Properties, first);

        int start = _scanner.Position;
        if (!_scanner.TrySkipValue(_depth))
            return false;

        ReadOnlySpan<byte> json = _bytes[start.._scanner.Position];
        if (_draft.Length + json.Length > MaxDraftBytes)
            return FailField(ParseError.TooLarge, EventKey.Event);

        _draft.Append(EventField.Properties, json);
        return true;
    }

    /// <summary>Reads a field that is kept as a number: its text is a string or a JSON number.</summary>
    private bool TryReadValue(EventKey key, byte first)
    {
        if (first is (byte)'{' or (byte)'[')
            return _scanner.TrySkipValue(_depth) && FailField(WrongForm(key), key);

        ReadOnlySpan<byte> text;
        if (first == '"')
        {
            if (!_scanner.TryReadString(out JsonString value))
                return false;
            text = _bytes.Slice(value.Start, value.Length);
            if (value.IsEscaped)
            {
                if (value.Length > EventRecord.MaxBytes)
                    return FailField(WrongForm(key), key);
                // Behind the text, where it is in nobody's way and is overwritten by the next field.
                Span<byte> unescaped = _draft.Text[_draft.Length..];
                text = unescaped[..JsonText.Unescape(text, unescaped)];
            }
        }
        else if (!_scanner.TryReadScalar(out text))
        {
            return false;
        }

        ParseError error = first == 'n' ? Forget(key)
            : Set(ref _draft, key, text, isString: first == '"');
        return error == ParseError.None || FailField(error, key);
    }

    /// <summary>Sets a field that is kept as a number from its text.</summary>
    public static ParseError Set(
        ref EventDraft draft, EventKey key, ReadOnlySpan<byte> text, bool isString)
    {
        switch (key)
        {
            case EventKey.Timestamp:
                draft.HasTimestamp = true;
                return SetTime(text, isString, ref draft.RawTimestampMillis);
            case EventKey.SentAt:
                draft.Header.Flags |= EventFlags.HasSentAt;
                return SetTime(text, isString, ref draft.Header.SentMillis);
            case EventKey.Revenue:
                draft.Header.Flags |= EventFlags.HasRevenue;
                return DecimalText.TryRead(text, decimals: 4, out draft.Header.RevenueTenThousandths);
            case EventKey.Currency:
                return isString && TryReadCurrency(text, out draft.Header.Currency)
                    ? ParseError.None : ParseError.NotACurrency;
            default:
                draft.HasAddress = isString && AddressText.TryRead(text, out draft.Address);
                // An empty text is an absent one, as in every other text field.
                return draft.HasAddress || (isString && text.IsEmpty)
                    ? ParseError.None : ParseError.NotAnAddress;
        }
    }

    private ParseError Forget(EventKey key)
    {
        if (key == EventKey.Timestamp)
            _draft.HasTimestamp = false;
        else if (key == EventKey.SentAt)
            (_draft.Header.Flags, _draft.Header.SentMillis) =
                (_draft.Header.Flags & ~EventFlags.HasSentAt, 0);
        else if (key == EventKey.Revenue)
            (_draft.Header.Flags, _draft.Header.RevenueTenThousandths) =
                (_draft.Header.Flags & ~EventFlags.HasRevenue, 0);
        else if (key == EventKey.Currency)
            _draft.Header.Currency = 0;
        else
            _draft.HasAddress = false;
        return ParseError.None;
    }

    private static ParseError SetTime(ReadOnlySpan<byte> text, bool isString, ref long millis)
    {
        bool isNumber = !isString && (text[0] == '-' || char.IsAsciiDigit((char)text[0]));
        if (isString ? !TimeText.TryReadText(text, out millis)
            : !isNumber || !TimeText.TryReadNumber(text, out millis))
            return ParseError.NotATime;
        return IsTime(millis) ? ParseError.None : ParseError.OutOfRange;
    }

    /// <summary>Whether it can be stored.</summary>
    public static bool IsTime(long millis) => millis is >= FirstSentMillis and <= LastSentMillis;

    private static bool TryReadCurrency(ReadOnlySpan<byte> text, out uint currency)
    {
        currency = 0;
        if (text.Length != 3)
            return false;

        for (int i = 0; i < 3; i++)
        {
            if (!char.IsAsciiLetter((char)text[i]))
                return false;
            currency |= (text[i] & 0xdfu) << (8 * i);
        }

        return true;
    }

    private static ParseError WrongForm(EventKey key) => key switch
    {
        EventKey.Timestamp or EventKey.SentAt => ParseError.NotATime,
        EventKey.Revenue => ParseError.NotADecimal,
        EventKey.Currency => ParseError.NotACurrency,
        _ => ParseError.NotAnAddress,
    };

    private bool TryReadNullOr(ParseError error, EventKey key, byte first) =>
        _scanner.TrySkipValue(_depth) && (first == 'n' || FailField(error, key));

    private readonly int Copy(JsonString value, Span<byte> target)
    {
        ReadOnlySpan<byte> raw = _bytes.Slice(value.Start, value.Length);
        if (value.IsEscaped)
            return JsonText.Unescape(raw, target);

        raw.CopyTo(target);
        return raw.Length;
    }

    /// <summary>Notes the first error in a field and reads on, so that the event's end is found.</summary>
    private bool FailField(ParseError error, EventKey key)
    {
        if (_fieldError == ParseError.None)
            (_fieldError, _fieldErrorKey) = (error, key);
        return true;
    }
}
