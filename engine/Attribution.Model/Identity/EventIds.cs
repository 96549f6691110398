using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Model.Identity;

/// <summary>
/// The ids that one event names its person by, strongest first, under one config: the ids it was sent with,
/// those inside its install referrer and its click id where the config says so. Ids that say nothing
/// (<c>null</c>, <c>0</c>) are left out. Reused from event to event; owned by one thread.
/// </summary>
public sealed class EventIds
{
    /// <summary>Most ids of one event: three of its own, three of its referrer, a click id.</summary>
    public const int MaxCount = 7;

    private readonly IdentityConfig _config;
    private readonly IgnoredIds _ignored;
    private readonly PersonId[] _ids = new PersonId[MaxCount];
    private readonly byte[] _decoded = new byte[EventRecord.MaxBytes];
    private int _decodedLength;

    public EventIds(IdentityConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _ignored = new IgnoredIds(config);
    }

    public int Count { get; private set; }

    /// <summary>Ids that the event came with and that say nothing.</summary>
    public int IgnoredCount { get; private set; }

    /// <summary>
    /// The hash of the strongest id; of the event's own id where it has no other, so that it is alone.
    /// </summary>
    public ulong Strongest { get; private set; }

    public ReadOnlySpan<PersonId> All => _ids.AsSpan(0, Count);

    /// <summary>The id as it was sent; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Text(in PersonId id, ReadOnlySpan<byte> eventBytes) =>
        id.IsDecoded ? _decoded.AsSpan(id.Offset, id.Length) : eventBytes.Slice(id.Offset, id.Length);

    /// <param name="record">Its hashes are computed.</param>
    public void Read(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        Count = 0;
        IgnoredCount = 0;
        _decodedLength = 0;
        AddField(IdKind.User, record.UserIdHash, record, EventField.UserId, eventBytes);
        AddField(IdKind.Device, record.DeviceIdHash, record, EventField.DeviceId, eventBytes);
        AddField(IdKind.Anonymous, record.AnonymousIdHash, record, EventField.AnonymousId, eventBytes);
        if (_config.LinksReferrerIds && record.Header.Fields[(int)EventField.InstallReferrer].Length > 0)
            AddReferrer(record, eventBytes);
        if (_config.LinksClickIds && record.Header.Fields[(int)EventField.ClickId].Length > 0)
        {
            ulong hash = EventHash.Id(
                ProjectHash(record, eventBytes), IdKind.Click, record.Field(EventField.ClickId, eventBytes));
            AddField(IdKind.Click, hash, record, EventField.ClickId, eventBytes);
        }

        Strongest = Count > 0
            ? _ids[0].Hash
            : EventHash.Id(
                ProjectHash(record, eventBytes), IdKind.Event, record.Field(EventField.EventId, eventBytes));
    }

    /// <summary>
    /// The strongest id alone, for a caller that needs no other and has hashed none.
    /// </summary>
    /// <returns>False where only <see cref="Read"/> can tell.</returns>
    public bool TryReadStrongest(
        ulong projectHash, in EventRecord record, ReadOnlySpan<byte> eventBytes, out ulong strongest)
    {
        strongest = 0;
        if (_config.LinksReferrerIds && record.Header.Fields[(int)EventField.InstallReferrer].Length > 0)
            return false;

        ReadOnlySpan<byte> user = record.Field(EventField.UserId, eventBytes);
        ReadOnlySpan<byte> device = record.Field(EventField.DeviceId, eventBytes);
        ReadOnlySpan<byte> anonymous = record.Field(EventField.AnonymousId, eventBytes);
        if (!user.IsEmpty && !_ignored.Contains(user))
            strongest = EventHash.Id(projectHash, IdKind.User, user);
        else if (!device.IsEmpty && !_ignored.Contains(device))
            strongest = EventHash.Id(projectHash, IdKind.Device, device);
        else if (!anonymous.IsEmpty && !_ignored.Contains(anonymous))
            strongest = EventHash.Id(projectHash, IdKind.Anonymous, anonymous);
        return strongest != 0;
    }

    private static ulong ProjectHash(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        EventHash.Project(record.Field(EventField.Project, eventBytes));

    private void AddField(
        IdKind kind, ulong hash, in EventRecord record, EventField field, ReadOnlySpan<byte> eventBytes)
    {
        FieldSlice slice = record.Header.Fields[(int)field];
        if (hash == 0 || IsIgnored(eventBytes.Slice(slice.Offset, slice.Length)))
            return;
        Add(new PersonId { Kind = kind, Hash = hash, Offset = slice.Offset, Length = slice.Length });
    }

    private void AddReferrer(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        ReadOnlySpan<byte> query = record.Field(EventField.InstallReferrer, eventBytes);
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            if (equals < 0)
                continue;
            IdKind kind = KindOf(pair[..equals]);
            if (kind != 0)
                AddDecoded(kind, pair[(equals + 1)..], record, eventBytes);
        }
    }

    private static IdKind KindOf(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual("anonymous_id"u8))
            return IdKind.Anonymous;
        if (key.SequenceEqual("user_id"u8))
            return IdKind.User;
        return key.SequenceEqual("device_id"u8) ? IdKind.Device : 0;
    }

    private void AddDecoded(
        IdKind kind, ReadOnlySpan<byte> encoded, in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        int start = _decodedLength;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte b = encoded[i];
            if (b == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1])
                && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                b = (byte)((HexValue(encoded[i + 1]) << 4) | HexValue(encoded[i + 2]));
                i += 2;
            }
            else if (b == '+')
            {
                b = (byte)' ';
            }

            _decoded[_decodedLength++] = b;
        }

        ReadOnlySpan<byte> text = _decoded.AsSpan(start, _decodedLength - start);
        if (text.IsEmpty || IsIgnored(text))
            return;
        Add(new PersonId
        {
            Kind = kind,
            Hash = EventHash.Id(ProjectHash(record, eventBytes), kind, text),
            Offset = start,
            Length = text.Length,
            IsDecoded = true,
        });
    }

    private static int HexValue(byte digit) =>
        digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private bool IsIgnored(ReadOnlySpan<byte> id)
    {
        if (!_ignored.Contains(id))
            return false;
        IgnoredCount++;
        return true;
    }

    /// <summary>Each id once, in order of strength: a referrer's id may come after a weaker one.</summary>
    private void Add(in PersonId id)
    {
        int at = Count;
        for (int i = 0; i < Count; i++)
        {
            if (_ids[i].Hash == id.Hash)
                return;
            if (at == Count && Strength(_ids[i].Kind) > Strength(id.Kind))
                at = i;
        }

        if (Count == MaxCount)
            return;
        _ids.AsSpan(at, Count - at).CopyTo(_ids.AsSpan(at + 1));
        _ids[at] = id;
        Count++;
    }

    private static int Strength(IdKind kind) => kind switch
    {
        IdKind.User => 0,
        IdKind.Device => 1,
        IdKind.Anonymous => 2,
        _ => 3,
    };
}

/// <summary>One id of an event: its kind, its hash, and where its text lies. A value.</summary>
public readonly record struct PersonId
{
    public IdKind Kind { get; init; }
    public ulong Hash { get; init; }
    internal int Offset { get; init; }
    internal int Length { get; init; }

    /// <summary>The text lies in the reader's own buffer, not among the event's bytes.</summary>
    internal bool IsDecoded { get; init; }
}
