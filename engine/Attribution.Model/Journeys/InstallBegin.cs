using System.Buffers.Text;
using System.Text;
using Attribution.Model.Conditions.Fields;
using Attribution.Model.Events;

namespace Attribution.Model.Journeys;

/// <summary>
/// Reads from an install's properties when its download began, by the names of Google Play's install
/// referrer. The server's clock goes before the device's, which its owner may set. Stateless.
/// </summary>
internal static class InstallBegin
{
    private const int MaxDigits = 11;

    private static readonly PropertyField Server = Field("install_begin_timestamp_server_seconds");
    private static readonly PropertyField Client = Field("install_begin_timestamp_seconds");

    /// <summary>Milliseconds since 1970 UTC; 0 where neither is a whole number above 0.</summary>
    public static long Millis(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        long seconds = Seconds(Server, record, eventBytes);
        return 1000 * (seconds > 0 ? seconds : Seconds(Client, record, eventBytes));
    }

    private static long Seconds(PropertyField field, in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        return field.TryReadPlain(record, eventBytes, out ReadOnlySpan<byte> text) && text.Length <= MaxDigits
            && Utf8Parser.TryParse(text, out long seconds, out int read) && read == text.Length && seconds > 0
            ? seconds
            : 0;
    }

    private static PropertyField Field(string name) => new(name, [Encoding.UTF8.GetBytes(name)]);
}
