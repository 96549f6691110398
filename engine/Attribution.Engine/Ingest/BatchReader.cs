namespace Attribution.Engine.Ingest;

/// <summary>
/// Takes a decoded body apart into events: one object, an array, or an object per line; its first byte
/// decides. A bad event costs itself only, as long as it can be seen where it ends. Lives on its owner's
/// stack.
/// </summary>
internal readonly ref struct BatchReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ref readonly IngestContext _context;
    private readonly EventBatch _batch;

    private BatchReader(ReadOnlySpan<byte> bytes, in IngestContext context, EventBatch batch)
    {
        _bytes = bytes;
        _context = ref context;
        _batch = batch;
    }

    /// <summary>Fills the batch; leaves it empty when the body as a whole cannot be read.</summary>
    public static BodyError Read(ReadOnlySpan<byte> body, in IngestContext context, EventBatch batch)
    {
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];

        BodyError error = new BatchReader(body, context, batch).Read();
        if (error != BodyError.None)
            batch.Clear();
        return error;
    }

    private BodyError Read()
    {
        int start = SkipBlank(0);
        if (start == _bytes.Length)
            return BodyError.Empty;

        return _bytes[start] switch
        {
            (byte)'[' => ReadArray(start + 1),
            (byte)'{' => ReadObjects(start),
            _ => BodyError.NotEvents,
        };
    }

    private BodyError ReadArray(int position)
    {
        position = SkipBlank(position);
        bool isEnd = position < _bytes.Length && _bytes[position] == ']';
        while (!isEnd)
        {
            BodyError error = ReadElement(ref position);
            if (error != BodyError.None)
                return error;

            isEnd = _bytes[position] == ']';
            if (!isEnd)
                position = SkipBlank(position + 1);
        }

        return SkipBlank(position + 1) == _bytes.Length ? BodyError.None : BodyError.TextAfterArray;
    }

    /// <summary>
    /// Reads one element, and what stands between it and the comma or bracket where it leaves off.
    /// </summary>
    private BodyError ReadElement(ref int position)
    {
        if (_batch.Count >= EventBatch.MaxEvents)
            return BodyError.TooManyEvents;

        int start = position;
        if (position < _bytes.Length && _bytes[position] == '{')
        {
            ParseError error = EventParser.Parse(
                _bytes, start, _context, _batch, out int end, out EventKey key);
            if (end > start)
            {
                if (error != ParseError.None)
                    _batch.Reject(_context, error, key, _bytes[start..end]);
                position = SkipBlank(end);
                return FinishElement(ref position);
            }

            return PassOver(ref position, error);
        }

        return PassOver(ref position, ParseError.None);
    }

    private BodyError FinishElement(ref int position)
    {
        bool isFinished = position < _bytes.Length && _bytes[position] is (byte)',' or (byte)']';
        return isFinished ? BodyError.None : PassOver(ref position, ParseError.Syntax);
    }

    /// <summary>
    /// Rejects what stands up to the element's end, for its known error or the one found by looking.
    /// </summary>
    private BodyError PassOver(ref int position, ParseError error)
    {
        int start = position;
        position = ElementFramer.FindElementEnd(_bytes, start);
        if (position < 0)
            return BodyError.ArrayNotClosed;

        return Reject(start, position, error);
    }

    private BodyError ReadObjects(int start)
    {
        int lineEnd = LineEnd(start);
        if (IsOneObjectOverLines(start, lineEnd))
            lineEnd = _bytes.Length;

        while (start < _bytes.Length)
        {
            BodyError error = ReadLine(SkipBlank(start), lineEnd);
            if (error != BodyError.None)
                return error;

            start = Math.Min(lineEnd + 1, _bytes.Length);
            lineEnd = LineEnd(start);
        }

        return BodyError.None;
    }

    private bool IsOneObjectOverLines(int start, int lineEnd)
    {
        if (lineEnd == _bytes.Length || ElementFramer.FindObjectEnd(_bytes[..lineEnd], start) >= 0)
            return false;

        int end = ElementFramer.FindObjectEnd(_bytes, start);
        return end >= 0 && SkipBlank(end) == _bytes.Length;
    }

    private BodyError ReadLine(int start, int end)
    {
        if (start >= end)
            return BodyError.None;
        if (_batch.Count >= EventBatch.MaxEvents)
            return BodyError.TooManyEvents;
        if (_bytes[start] != '{')
            return Reject(start, end, ParseError.None);

        ReadOnlySpan<byte> line = _bytes[..end];
        ParseError error = EventParser.Parse(
            line, start, _context, _batch, out int objectEnd, out EventKey key);
        if (objectEnd == start)
            return Reject(start, end, error);

        if (error != ParseError.None)
            _batch.Reject(_context, error, key, line[start..objectEnd]);
        int rest = SkipBlank(objectEnd);
        return rest < end ? Reject(rest, end, ParseError.Syntax) : BodyError.None;
    }

    private BodyError Reject(int start, int end, ParseError error)
    {
        if (_batch.Count >= EventBatch.MaxEvents)
            return BodyError.TooManyEvents;

        ReadOnlySpan<byte> element = _bytes[start..end].TrimEnd(" \t\r\n"u8);
        if (error == ParseError.None)
        {
            var scanner = new JsonScanner(element, 0);
            bool isValue = scanner.TrySkipValue(depth: 0) && scanner.Position == element.Length;
            error = isValue ? ParseError.NotAnObject : ParseError.Syntax;
        }

        _batch.Reject(_context, error, EventKey.Event, element);
        return BodyError.None;
    }

    private int LineEnd(int start)
    {
        int length = _bytes[start..].IndexOf((byte)'\n');
        return length < 0 ? _bytes.Length : start + length;
    }

    private int SkipBlank(int position)
    {
        var scanner = new JsonScanner(_bytes, position);
        scanner.Peek();
        return scanner.Position;
    }
}
