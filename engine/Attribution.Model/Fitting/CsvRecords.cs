namespace Attribution.Model.Fitting;

/// <summary>
/// Reads records of RFC 4180 one by one: quoted fields may hold separators, line ends and doubled quotes; a
/// line ends with CR LF, LF or CR; empty lines are skipped. Its buffers hold one record, of bounded size.
/// Owned by one reader of one text.
/// </summary>
internal sealed class CsvRecords(TextReader text, int chunkChars = CsvRecords.DefaultChunkChars)
{
    public const int MaxRecordChars = 1 << 20;
    public const int MaxFields = 1_000;
    private const int DefaultChunkChars = 16 * 1024;
    private const int End = -1;

    private readonly char[] _chunk = new char[chunkChars];
    private readonly int[] _starts = new int[MaxFields + 1];
    private char[] _record = new char[1_024];
    private int _chunkLength;
    private int _next;
    private int _length;
    private long _lines;

    /// <summary>What parts the fields; set once the first line is known.</summary>
    public char Separator { get; set; } = ',';

    /// <summary>The line on which the current record begins.</summary>
    public long LineNumber { get; private set; }

    public int FieldCount { get; private set; }

    public ReadOnlySpan<char> this[int field] =>
        _record.AsSpan(_starts[field], _starts[field + 1] - _starts[field]);

    /// <summary>
    /// The candidate that parts the first line: the first of them that stands there outside of quotes, as far
    /// as the first 16,384 characters reach. To be asked before anything is read.
    /// </summary>
    public char DetectSeparator(ReadOnlySpan<char> candidates)
    {
        Fill();
        int best = candidates.Length;
        bool isQuoted = false;
        for (int i = 0; i < _chunkLength && (isQuoted || _chunk[i] is not ('\r' or '\n')); i++)
        {
            isQuoted ^= _chunk[i] == '"';
            int candidate = isQuoted ? -1 : candidates.IndexOf(_chunk[i]);
            if (candidate >= 0)
                best = Math.Min(best, candidate);
        }

        return candidates[best % candidates.Length];
    }

    /// <returns>False at the end of the text.</returns>
    public bool Read()
    {
        while (Peek() is '\r' or '\n')
            TakeLineEnd();
        if (Peek() == End)
            return false;

        LineNumber = _lines + 1;
        _length = 0;
        FieldCount = 0;
        do
            ReadField();
        while (TryTake(Separator));
        if (Peek() != End)
            TakeLineEnd();
        return true;
    }

    private void ReadField()
    {
        if (FieldCount == MaxFields)
            throw Refused($"more than {MaxFields} fields");
        _starts[FieldCount++] = _length;
        if (TryTake('"'))
            ReadQuoted();
        else
            ReadPlain();
        _starts[FieldCount] = _length;
    }

    private void ReadPlain()
    {
        while (Peek() is var next && next != Separator && next is not ('\r' or '\n' or End))
        {
            if (next == '"')
                throw Refused("a quote inside of a field that does not begin with one (RFC 4180)");
            Append((char)next);
            _next++;
        }
    }

    private void ReadQuoted()
    {
        while (true)
        {
            int next = Peek();
            if (next == End)
                throw Refused("a quoted field that does not end");
            if (next is '\r' or '\n')
            {
                Append((char)next);
                CountLineEnd();
            }
            else
            {
                _next++;
                if (next == '"' && !TryTake('"'))
                    break;
                Append((char)next);
            }
        }

        if (Peek() is var after && after != Separator && after is not ('\r' or '\n' or End))
            throw Refused("text after the quote that ends a field");
    }

    private void Append(char c)
    {
        if (_length == _record.Length)
        {
            if (_length >= MaxRecordChars)
                throw Refused($"a record of more than {MaxRecordChars} characters");
            Array.Resize(ref _record, _length * 2);
        }

        _record[_length++] = c;
    }

    /// <summary>Inside of quotes both characters of CR LF are kept and count as one line.</summary>
    private void CountLineEnd()
    {
        bool isCarriageReturn = _chunk[_next++] == '\r';
        if (!isCarriageReturn || Peek() != '\n')
            _lines++;
    }

    private void TakeLineEnd()
    {
        bool isCarriageReturn = _chunk[_next++] == '\r';
        if (isCarriageReturn && Peek() == '\n')
            _next++;
        _lines++;
    }

    private bool TryTake(char c)
    {
        if (Peek() != c)
            return false;
        _next++;
        return true;
    }

    private int Peek()
    {
        if (_next == _chunkLength)
            Fill();
        return _next == _chunkLength ? End : _chunk[_next];
    }

    private void Fill()
    {
        if (_next != _chunkLength)
            return;
        _chunkLength = text.ReadBlock(_chunk);
        _next = 0;
    }

    private PathsCsvException Refused(string found) =>
        new(LineNumber, $"{found}; expected fields parted by '{Separator}'");
}
