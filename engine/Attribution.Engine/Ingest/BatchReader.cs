using System.Runtime.Intrinsics;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Takes a decoded body apart into events: one object, an array, or an object per line; its first byte
/// decides. A bad event costs itself only, as long as it can be seen where it ends. Lives on its owner's
/// stack.
/// </summary>
internal readonly ref struct BatchReader<TFast>
    where TFast : struct, IFastParser
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

        batch.Memory.Begin();
        BodyError error = new BatchReader<TFast>(body, context, batch).Read();
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
            if (TFast.TryParse(_bytes, start, _context, _batch, out int fastEnd))
            {
                position = SkipBlank(fastEnd);
                return FinishElement(ref position);
            }

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
        bool isFirst = true;
        while (start < _bytes.Length)
        {
            start = SkipBlank(start);
            if (start == _bytes.Length)
                return BodyError.None;
            if (_batch.Count >= EventBatch.MaxEvents)
                return BodyError.TooManyEvents;

            BodyError error = ReadLine(ref start, isFirst);
            if (error != BodyError.None)
                return error;
            isFirst = false;
        }

        return BodyError.None;
    }

    /// <summary>Reads what begins here up to the end of its line.</summary>
    private BodyError ReadLine(ref int start, bool isFirst)
    {
        // An event that is read so has its end on its line, so none of it can be over several.
        if (_bytes[start] == '{' && TFast.TryParse(_bytes, start, _context, _batch, out int end))
            return FinishLine(ref start, end);

        int lineStart = start;
        int lineEnd = LineEnd(start);
        if (isFirst && IsOneObjectOverLines(start, lineEnd))
            lineEnd = _bytes.Length;
        start = Math.Min(lineEnd + 1, _bytes.Length);
        return ReadLine(lineStart, lineEnd);
    }

    private BodyError FinishLine(ref int start, int end)
    {
        while (end < _bytes.Length && _bytes[end] is (byte)' ' or (byte)'\t' or (byte)'\r')
            end++;
        if (end == _bytes.Length || _bytes[end] == '\n')
        {
            start = Math.Min(end + 1, _bytes.Length);
            return BodyError.None;
        }

        int lineEnd = LineEnd(end);
        start = Math.Min(lineEnd + 1, _bytes.Length);
        return Reject(end, lineEnd, ParseError.Syntax);
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
        if ((uint)position < (uint)_bytes.Length && _bytes[position] > ' ')
            return position;

        var scanner = new JsonScanner(_bytes, position);
        scanner.Peek();
        return scanner.Position;
    }
}

/// <summary>Reads a body with the fast parser that suits the machine. Stateless.</summary>
internal static class BatchReader
{
    /// <inheritdoc cref="BatchReader{TFast}.Read(ReadOnlySpan{byte}, in IngestContext, EventBatch)"/>
    public static BodyError Read(ReadOnlySpan<byte> body, in IngestContext context, EventBatch batch)
    {
        if (Vector256.IsHardwareAccelerated)
            return BatchReader<FastEventParser<WideScan>>.Read(body, context, batch);
        if (Vector128.IsHardwareAccelerated)
            return BatchReader<FastEventParser<NarrowScan>>.Read(body, context, batch);
        return BatchReader<FastEventParser<PlainScan>>.Read(body, context, batch);
    }
}
