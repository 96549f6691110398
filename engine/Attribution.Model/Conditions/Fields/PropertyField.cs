using System.Text.Json;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions.Fields;

/// <summary>
/// A value in the properties object, such as <c>properties.cart.coupon</c>. Strings are compared by what they
/// stand for, numbers and booleans by their JSON; null counts as absent, and of a name that stands twice the
/// first counts. Objects and arrays exist, but no text test holds of them. Immutable.
/// </summary>
internal sealed class PropertyField(string path, byte[][] names) : TextField(Prefix + path)
{
    public const string Prefix = "properties.";

    public override int RoomBytes(in EventRecord record) =>
        record.Header.Fields[(int)EventField.Properties].Length;

    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> properties = record.Field(EventField.Properties, eventBytes);
        if (properties.IsEmpty)
            return false;

        try
        {
            var json = new Utf8JsonReader(properties);
            return TryFind(ref json) && TryReadText(ref json, room, out text);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Ingestion lets no such properties pass; of events from elsewhere they are absent.
            return false;
        }
    }

    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        ReadOnlySpan<byte> properties = record.Field(EventField.Properties, eventBytes);
        if (properties.IsEmpty)
            return false;

        try
        {
            var json = new Utf8JsonReader(properties);
            return TryFind(ref json) && json.TokenType != JsonTokenType.Null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// The same for texts that have no escapes, as no number and no name has; it needs no room.
    /// </summary>
    public bool TryReadPlain(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> properties = record.Field(EventField.Properties, eventBytes);
        if (properties.IsEmpty)
            return false;

        try
        {
            var json = new Utf8JsonReader(properties);
            return TryFind(ref json) && !json.ValueIsEscaped && TryReadText(ref json, default, out text);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Leaves the reader at the value.</summary>
    private bool TryFind(ref Utf8JsonReader json)
    {
        if (!json.Read())
            return false;

        foreach (byte[] name in names)
        {
            if (json.TokenType != JsonTokenType.StartObject || !TryFindMember(ref json, name))
                return false;
        }

        return true;
    }

    private static bool TryFindMember(ref Utf8JsonReader json, byte[] name)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = json.ValueTextEquals(name);
            json.Read();
            if (isIt)
                return true;
            json.Skip();
        }

        return false;
    }

    private static bool TryReadText(
        scoped ref Utf8JsonReader json, Span<byte> room, out ReadOnlySpan<byte> text)
    {
        bool isEscaped = json.TokenType == JsonTokenType.String && json.ValueIsEscaped;
        text = isEscaped ? room[..json.CopyString(room)] : json.ValueSpan;
        return json.TokenType is JsonTokenType.String or JsonTokenType.Number
            or JsonTokenType.True or JsonTokenType.False;
    }
}
