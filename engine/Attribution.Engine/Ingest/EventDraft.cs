using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// An event while it is read: its record, its text so far, and what only its completion needs. Lives on its
/// owner's stack.
/// </summary>
internal ref struct EventDraft(ref EventRecord record, Span<byte> text)
{
    private readonly ref EventRecord _record = ref record;

    /// <summary>The event's text, and behind it room for more.</summary>
    public readonly Span<byte> Text = text;

    /// <summary>Bytes of text so far.</summary>
    public int Length;

    /// <summary>As the sender wrote it; valid with <see cref="HasTimestamp"/>.</summary>
    public long RawTimestampMillis;
    public bool HasTimestamp;

    /// <summary>As the sender wrote it; valid with <see cref="HasAddress"/>.</summary>
    public Address Address;
    public bool HasAddress;

    /// <summary>Top-level fields that the contract does not know.</summary>
    public int UnknownFields;

    public readonly ref EventRecord Record => ref _record;

    public readonly ref EventHeader Header => ref _record.Header;

    public readonly ReadOnlySpan<byte> this[EventField field] => _record.Field(field, Text);

    public readonly bool Has(EventField field) => _record.Header.Fields[(int)field].Length > 0;

    public readonly void Drop(EventField field) => _record.Header.Fields[(int)field] = default;

    /// <summary>Makes the field a slice of text that is there already.</summary>
    public readonly void Point(EventField field, int offset, int length)
    {
        _record.Header.Fields[(int)field] = length == 0
            ? default
            : new FieldSlice { Offset = (ushort)offset, Length = (ushort)length };
    }

    public void Append(EventField field, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Text[Length..]);
        Point(field, Length, bytes.Length);
        Length += bytes.Length;
    }
}
