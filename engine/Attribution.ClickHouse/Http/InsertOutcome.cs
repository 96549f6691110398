namespace Attribution.ClickHouse.Http;

/// <summary>What a try to insert a block came to.</summary>
public enum InsertVerdict
{
    /// <summary>The rows are stored.</summary>
    Landed,

    /// <summary>The rows are not stored; trying again may help.</summary>
    Transient,

    /// <summary>
    /// The rows may be stored: ask for them, or try again with the same deduplication token.
    /// </summary>
    Unknown,

    /// <summary>The server refuses these rows or this table; the same again will be refused again.</summary>
    Rejected,
}

/// <summary>
/// A verdict with the server's code behind it. <see cref="RowsAtFault"/> tells rows that are bad, where
/// bisecting helps, from a table that does not fit, where every row would be refused. A value; thread-safe.
/// </summary>
public readonly record struct InsertOutcome(InsertVerdict Verdict, int Code, bool RowsAtFault)
{
    // https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
    private const int TooManyParts = 252;

    /// <summary>What it means that <c>InsertAsync</c> threw this, or nothing.</summary>
    public static InsertOutcome Classify(Exception? error) => error switch
    {
        null => new(InsertVerdict.Landed, 0, false),
        ClickHouseException server => Classify(server),
        HttpRequestException request => new(Classify(request), 0, false),
        _ => new(InsertVerdict.Unknown, 0, false),
    };

    private static InsertOutcome Classify(ClickHouseException error)
    {
        if (error.Code == 0)
            return new(ClassifyStatus(error.HttpStatus), 0, error.HttpStatus == 413);

        // The code for a busy table is also the one for a block that spans too many partitions.
        bool tooManyPartitions = error.Code == TooManyParts
            && error.ServerMessage.Contains("partitions for single INSERT", StringComparison.Ordinal);
        if (tooManyPartitions || RefusesRows(error.Code))
            return new(InsertVerdict.Rejected, error.Code, true);
        if (RefusesTable(error.Code))
            return new(InsertVerdict.Rejected, error.Code, false);
        InsertVerdict verdict = IsBeforeStoring(error.Code) ? InsertVerdict.Transient : InsertVerdict.Unknown;
        return new(verdict, error.Code, false);
    }

    /// <summary>A code that names a fault of the values themselves.</summary>
    private static bool RefusesRows(int code) => code is
        6 or 26 or 27 or 32 or 33 or 38 or 41 or 72 or 117 // cannot parse, or incorrect data
        or 69 or 70 or 128 or 321 or 376 or 675 or 676 // out of bound, cannot convert, malformed id
        or 131 or 190 or 349 or 395 or 407 or 469 // too large, array sizes, null, overflow, constraint
        or 691; // unknown element of an enum

    /// <summary>A code that says the table or the statement does not fit, whatever the rows.</summary>
    private static bool RefusesTable(int code) => code is
        8 or 10 or 16 or 20 or 36 or 43 or 44 or 47 or 50 or 53 // columns or types the table does not have
        or 48 or 60 or 62 or 81 or 115; // not implemented, no such table, syntax, no such database or setting

    /// <summary>
    /// A code that the server only gives before it stores anything. Every other one, known or not, can also
    /// come after: a memory limit or a time-out is met wherever the thread happens to be.
    /// </summary>
    private static bool IsBeforeStoring(int code) => code is
        202 or TooManyParts or 242 or 243 // too busy, read-only table, no space on the disk
        or 40 // the block was damaged on its way
        or 164 or 291 or 497 // may only read, or may not do this
        or 192 or 193 or 194 or 516; // no such user, wrong password

    private static InsertVerdict ClassifyStatus(int status) => status switch
    {
        413 => InsertVerdict.Rejected,
        0 or 200 or 500 or 502 or 504 => InsertVerdict.Unknown,
        _ => InsertVerdict.Transient,
    };

    private static InsertVerdict Classify(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError =>
            InsertVerdict.Transient,
        _ => InsertVerdict.Unknown,
    };
}
