namespace Attribution.Engine.Ingest;

/// <summary>
/// What the fast parser keeps from one event to the next: guesses, which only cost time where they are wrong,
/// and a copy of the body's last bytes. Owned by one batch.
/// </summary>
internal sealed class ParserMemory
{
    /// <summary>
    /// Bytes that can be read behind the place a check allowed; more than a name and a fixed-size value take.
    /// </summary>
    public const int SlackBytes = 128;

    /// <summary>An event that begins this close to the body's end is read from the copy at once.</summary>
    public const int NearBytes = 1024;

    /// <summary>Longest end of a body that is copied.</summary>
    public const int TailBytes = 4096;

    private readonly byte[] _tail = new byte[TailBytes + SlackBytes];
    private int _tailStart = int.MaxValue;
    private int _tailLength;
    private bool? _isUtf8;

    /// <summary>By key: the key that came behind it the last time.</summary>
    public byte[] Successors { get; } = NewSuccessors();

    /// <summary>The day that was read last, as it was written, and when it began.</summary>
    public DayMemory Day;

    /// <summary>A new body begins.</summary>
    public void Begin()
    {
        _tailStart = int.MaxValue;
        _isUtf8 = null;
    }

    /// <summary>
    /// The body's bytes from <paramref name="start"/> or before, with <see cref="SlackBytes"/> behind them.
    /// </summary>
    public ReadOnlySpan<byte> Tail(ReadOnlySpan<byte> body, int start, out int tailStart)
    {
        if (start < _tailStart)
        {
            ReadOnlySpan<byte> end = body[start..];
            end.CopyTo(_tail);
            _tail.AsSpan(end.Length, SlackBytes).Clear();
            (_tailStart, _tailLength) = (start, end.Length);
        }

        tailStart = _tailStart;
        return _tail.AsSpan(0, _tailLength + SlackBytes);
    }

    /// <summary>
    /// Whether the body is UTF-8, and so every event of it, as events begin and end with ASCII.
    /// </summary>
    public bool IsUtf8(ReadOnlySpan<byte> body) =>
        _isUtf8 ??= System.Text.Unicode.Utf8.IsValid(body);

    private static byte[] NewSuccessors()
    {
        byte[] successors = new byte[32];
        successors.AsSpan().Fill((byte)EventKey.Type);
        return successors;
    }
}

/// <summary>A day as RFC 3339 writes it, and its first millisecond. A plain value.</summary>
internal struct DayMemory
{
    /// <summary><c>2026-11-</c>.</summary>
    public ulong Month;

    /// <summary>The two digits behind it.</summary>
    public ulong Day;
    public long Millis;
}
