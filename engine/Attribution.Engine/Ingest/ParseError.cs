namespace Attribution.Engine.Ingest;

/// <summary>
/// Why one event was rejected. Its text for people is in <see cref="Reasons"/>. A plain value.
/// </summary>
public enum ParseError : byte
{
    None = 0,

    /// <summary>Not JSON by RFC 8259.</summary>
    Syntax,
    NotUtf8,

    /// <summary>Half of a surrogate pair, written as an escape.</summary>
    LoneSurrogate,

    /// <summary>
    /// Objects and arrays nested deeper than <see cref="IngestLimits.MaxJsonDepth"/>, the event being 1.
    /// </summary>
    TooDeep,

    /// <summary>
    /// The event is over <see cref="IngestLimits.MaxEventBytes"/>, or what is kept of it over 32 KiB.
    /// </summary>
    TooLarge,
    NotAnObject,
    NotAString,
    Missing,

    /// <summary>None of the three ids is there.</summary>
    NoId,
    TooLong,
    NotATime,
    OutOfRange,
    NotADecimal,
    TooPrecise,
    NotACurrency,
    NotAnAddress,
}

/// <summary>Why a body as a whole was refused; nothing of it was kept. A plain value.</summary>
public enum BodyError : byte
{
    None = 0,
    Empty,

    /// <summary>Begins with neither an object nor an array.</summary>
    NotEvents,

    /// <summary>The array's end could not be found.</summary>
    ArrayNotClosed,
    TextAfterArray,
    BadGzip,
    TooLarge,
    TooManyEvents,
    UnknownEncoding,
}

/// <summary>One rejected event of a body, as the answer names it. A plain value.</summary>
public readonly record struct Rejection(int Index, ParseError Error, EventKey Key);
