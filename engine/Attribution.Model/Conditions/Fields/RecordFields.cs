using Attribution.Model.Events;
using Attribution.Model.Text;

namespace Attribution.Model.Conditions.Fields;

/// <summary>A text field of the event contract. Immutable.</summary>
internal sealed class RecordField(string name, EventField field) : TextField(name)
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = record.Field(field, eventBytes);
        return !text.IsEmpty;
    }
}

/// <summary>The host of <c>url</c> or of <c>referrer</c>. Immutable.</summary>
internal sealed class HostField(string name, EventField field) : TextField(name)
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = Hosts.Of(record.Field(field, eventBytes));
        return !text.IsEmpty;
    }
}

/// <summary>The path of <c>url</c>, from its first slash on. Immutable.</summary>
internal sealed class UrlPathField() : TextField("url.path")
{
    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = Urls.Path(record.Field(EventField.Url, eventBytes));
        return !text.IsEmpty;
    }
}

/// <summary>A parameter of <c>url</c>'s query, decoded; one without a value is there and empty. Immutable.
/// </summary>
internal sealed class UrlQueryField(string parameter, byte[] lowerCaseName)
    : TextField(Prefix + parameter)
{
    public const string Prefix = "url.query.";

    public override int RoomBytes(in EventRecord record) => record.Header.Fields[(int)EventField.Url].Length;

    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> query = Urls.Query(record.Field(EventField.Url, eventBytes));
        bool isFound = Urls.TryFind(query, lowerCaseName, out ReadOnlySpan<byte> written);
        text = Urls.Decode(written, room);
        return isFound;
    }

    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        Urls.TryFind(Urls.Query(record.Field(EventField.Url, eventBytes)), lowerCaseName, out _);
}

/// <summary>The currency's three letters; an event without revenue may have none. Immutable.</summary>
internal sealed class CurrencyField() : TextField("currency")
{
    private const int CodeBytes = 3;

    public override int RoomBytes(in EventRecord record) => record.Header.Currency == 0 ? 0 : CodeBytes;

    public override bool TryRead(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context,
        Span<byte> room, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (record.Header.Currency == 0)
            return false;

        for (int i = 0; i < CodeBytes; i++)
            room[i] = (byte)(record.Header.Currency >> (8 * i));
        text = room[..CodeBytes];
        return true;
    }

    public override bool Exists(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        record.Header.Currency != 0;
}
