using System.Text;

namespace Attribution.Engine.Ingest;

/// <summary>
/// The words for each error, rendered once: for answers, dead letters and metrics. Immutable after its
/// construction. They are made of constants only, so nothing a sender wrote can get into an answer.
/// </summary>
public static class Reasons
{
    private static readonly int Errors = Enum.GetValues<ParseError>().Length;

    /// <summary>How many pairs of field and error there are.</summary>
    public static readonly int Count = EventKeys.Count * Errors;

    private static readonly byte[][] Texts = NewTexts();
    private static readonly byte[][] BodyTexts =
        [.. Enum.GetValues<BodyError>().Select(error => Encoding.UTF8.GetBytes("body: " + Words(error)))];

    /// <summary>Such as <c>timestamp: not RFC 3339</c>.</summary>
    public static ReadOnlySpan<byte> Of(ParseError error, EventKey key) => Of(Index(error, key));

    /// <summary>The same by <see cref="Index"/>.</summary>
    public static ReadOnlySpan<byte> Of(int index) => Texts[index];

    /// <summary>Numbers the pairs of field and error, from 0 to below <see cref="Count"/>.</summary>
    public static int Index(ParseError error, EventKey key) => ((int)key * Errors) + (int)error;

    /// <summary>Such as <c>body: empty</c>.</summary>
    public static ReadOnlySpan<byte> Of(BodyError error) => BodyTexts[(int)error];

    private static byte[][] NewTexts()
    {
        var texts = new byte[Count][];
        for (int key = 0; key < EventKeys.Count; key++)
        {
            for (int error = 0; error < Errors; error++)
            {
                string text = EventKeys.Name((EventKey)key) + ": " + Words((ParseError)error, (EventKey)key);
                texts[(key * Errors) + error] = Encoding.UTF8.GetBytes(text);
            }
        }

        return texts;
    }

    private static string Words(ParseError error, EventKey key) => error switch
    {
        ParseError.None => "valid",
        ParseError.Syntax => "not valid JSON",
        ParseError.NotUtf8 => "not UTF-8",
        ParseError.LoneSurrogate => "lone surrogate",
        ParseError.TooDeep => "deeper than the limit",
        ParseError.TooLarge => "larger than the limit",
        ParseError.NotAnObject => "not an object",
        ParseError.NotAString => "not a string",
        ParseError.Missing => "missing",
        ParseError.NoId => "no user_id, anonymous_id or device_id",
        ParseError.TooLong => "longer than " + EventKeys.MaxBytes(key) + " bytes",
        ParseError.NotATime => "not RFC 3339",
        ParseError.OutOfRange when key == EventKey.Timestamp => "not from 2000 to 24 h ahead",
        ParseError.OutOfRange => "out of range",
        ParseError.NotADecimal => "not a decimal number",
        ParseError.TooPrecise => "more than 4 decimals",
        ParseError.NotACurrency => "not three letters",
        ParseError.NotAnAddress => "not an IP address",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };

    private static string Words(BodyError error) => error switch
    {
        BodyError.None => "valid",
        BodyError.Empty => "empty",
        BodyError.NotEvents => "not a JSON object, array or lines of objects",
        BodyError.ArrayNotClosed => "array not closed",
        BodyError.TextAfterArray => "text after the array",
        BodyError.BadGzip => "not valid gzip",
        BodyError.TooLarge => "larger than the limit",
        BodyError.TooManyEvents => "more events than the limit",
        BodyError.UnknownEncoding => "unknown Content-Encoding; gzip or none",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };
}
