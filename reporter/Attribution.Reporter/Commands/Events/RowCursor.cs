using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Attribution.Reporter.Commands.Events;

/// <summary>
/// The place of a row among rows that are sorted by time and id: where a page ends and the next begins. As
/// text it is <c>MILLISECONDS.ID</c>, the id in base64url, so that any id passes any shell. Immutable.
/// </summary>
internal readonly record struct RowCursor(DateTime Time, string Id)
{
    private const int MaxChars = 8_192;

    public override string ToString()
    {
        long millis = new DateTimeOffset(Time).ToUnixTimeMilliseconds();
        string id = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Id));
        return string.Create(CultureInfo.InvariantCulture, $"{millis}.{id}");
    }

    /// <exception cref="UsageException">It is none.</exception>
    public static RowCursor Parse(string option, string text)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            int point = text.IndexOf('.', StringComparison.Ordinal);
            if (point > 0 && text.Length <= MaxChars
                && long.TryParse(text.AsSpan(0, point), CultureInfo.InvariantCulture, out long millis))
                return new RowCursor(
                    DateTimeOffset.FromUnixTimeMilliseconds(millis).UtcDateTime,
                    strict.GetString(Base64Url.DecodeFromChars(text.AsSpan(point + 1))));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            // Base64, UTF-8 or the time is none: the message below says what is.
        }

        string shown = text.Length <= MaxChars ? $"'{text}'" : "this";
        throw new UsageException(
            $"{option}: {shown} is no place between rows. A page that has more behind it names its end.");
    }
}
