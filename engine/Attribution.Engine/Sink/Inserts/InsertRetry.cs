namespace Attribution.Engine.Sink.Inserts;

/// <summary>What a sender does after one attempt.</summary>
public enum RetryAction : byte
{
    Done = 0,

    /// <summary>Send the same bytes with the same token again, after the delay.</summary>
    Wait = 1,

    /// <summary>The rows are at fault: insert each half on its own.</summary>
    Bisect = 2,

    /// <summary>The one row is at fault: it goes to the dead letters.</summary>
    DeadLetter = 3,
}

/// <summary>A decision of <see cref="InsertRetry"/>. A value.</summary>
/// <param name="NeedsPerson">No amount of waiting mends this; someone must be told.</param>
public readonly record struct RetryDecision(RetryAction Action, TimeSpan Delay = default, bool NeedsPerson = false);

/// <summary>
/// Decides what becomes of an insert from how its last attempt ended. A pure function; rows are never given up.
/// </summary>
/// <remarks>
/// The codes are those of ClickHouse's <c>src/Common/ErrorCodes.cpp</c>. Only codes that values cause are blamed on
/// rows: a code that a changed schema causes as well would send every row there is to the dead letters.
/// </remarks>
public static class InsertRetry
{
    private const int MaxDoublings = 30;

    /// <param name="attempt">How many attempts there were, this one included: 1, 2, …</param>
    /// <param name="rows">Rows of the insert.</param>
    /// <param name="jitter">0 up to, not including, 1: the part of the longest wait to take ("full jitter").</param>
    public static RetryDecision Decide(InsertOutcome outcome, int attempt, int rows, double jitter, SinkOptions options)
    {
        if (outcome.Result == InsertResult.Landed)
            return new RetryDecision(RetryAction.Done);
        if (outcome.Result == InsertResult.Refused && IsRowsFault(outcome.Code))
            return new RetryDecision(rows > 1 ? RetryAction.Bisect : RetryAction.DeadLetter);

        bool needsPerson = outcome.Result == InsertResult.Refused && IsForPerson(outcome.Code);
        return new RetryDecision(RetryAction.Wait, Delay(attempt, jitter, options), needsPerson);
    }

    /// <summary>Exponential back-off with full jitter, which spreads senders best after a common failure.</summary>
    public static TimeSpan Delay(int attempt, double jitter, SinkOptions options)
    {
        int doublings = Math.Clamp(attempt - 1, 0, MaxDoublings);
        double longest = Math.Min(
            options.RetryBaseDelay.TotalMilliseconds * (1L << doublings), options.RetryMaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * jitter);
    }

    private static bool IsRowsFault(int code) => code switch
    {
        6 => true, // CANNOT_PARSE_TEXT
        26 => true, // CANNOT_PARSE_QUOTED_STRING
        27 => true, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
        38 => true, // CANNOT_PARSE_DATE
        41 => true, // CANNOT_PARSE_DATETIME
        69 => true, // ARGUMENT_OUT_OF_BOUND
        70 => true, // CANNOT_CONVERT_TYPE
        72 => true, // CANNOT_PARSE_NUMBER
        117 => true, // INCORRECT_DATA
        128 => true, // TOO_LARGE_ARRAY_SIZE
        131 => true, // TOO_LARGE_STRING_SIZE
        190 => true, // SIZES_OF_ARRAYS_DONT_MATCH
        321 => true, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
        349 => true, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
        376 => true, // CANNOT_PARSE_UUID
        395 => true, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
        407 => true, // DECIMAL_OVERFLOW
        469 => true, // VIOLATED_CONSTRAINT
        675 => true, // CANNOT_PARSE_IPV4
        676 => true, // CANNOT_PARSE_IPV6
        691 => true, // UNKNOWN_ELEMENT_OF_ENUM
        _ => false,
    };

    private static bool IsForPerson(int code) => code switch
    {
        8 or 10 or 16 or 20 or 47 => true, // a column is missing or is another one
        44 or 50 or 53 => true, // a column's type is another one
        60 or 81 => true, // no such table or database
        62 => true, // SYNTAX_ERROR
        164 or 291 or 497 => true, // the user may only read, or may not do this
        192 or 193 or 194 or 516 => true, // user or password
        242 or 243 => true, // TABLE_IS_READ_ONLY, NOT_ENOUGH_SPACE
        _ => false,
    };
}
