using System.Buffers.Binary;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Turns the fields a sender wrote into a whole event: what is required, defaults, the corrected time, fields
/// read from URLs, the derived id, the hashes. Stateless.
/// </summary>
internal static class EventCompletion
{
    /// <summary>2000-01-01.</summary>
    private const long FirstMillis = 946_684_800_000;

    private const long AheadMillis = 24 * 3_600_000;
    private const uint Usd = 'U' | ('S' << 8) | ('D' << 16);

    /// <summary>Of the fields that are no text: four numbers and an address.</summary>
    private const int CanonicalNumbersBytes = 40;

    public static ParseError Complete(ref EventDraft draft, in IngestContext context, out EventKey key)
    {
        key = EventKey.Type;
        if (!draft.Has(EventField.Type))
            return ParseError.Missing;

        key = EventKey.Event;
        if (draft.Has(EventField.DeviceId)
            && !draft[EventField.DeviceId].ContainsAnyExcept((byte)'0', (byte)'-'))
            draft.Drop(EventField.DeviceId);
        if (!draft.Has(EventField.UserId) && !draft.Has(EventField.AnonymousId)
            && !draft.Has(EventField.DeviceId))
            return ParseError.NoId;

        if (!TrySetTime(ref draft, context.ReceivedMillis))
        {
            key = EventKey.Timestamp;
            return ParseError.OutOfRange;
        }

        // The id before the URLs: it must not change when a later version reads more from them.
        if (!draft.Has(EventField.EventId))
            DeriveId(ref draft, context.Project.Hash);
        ReadUrls(ref draft);
        SetDefaults(ref draft, context.Peer);
        if (draft.Length > EventRecord.MaxBytes)
            return ParseError.TooLarge;

        draft.Header.BytesLength = (ushort)draft.Length;
        draft.Header.Kind = EventKind.Event;
        draft.Record.ComputeHashes(context.Project.Hash, draft.Text);
        return ParseError.None;
    }

    private static bool TrySetTime(ref EventDraft draft, long receivedMillis)
    {
        ref EventHeader header = ref draft.Header;
        header.ReceivedMillis = receivedMillis;
        if (!draft.HasTimestamp)
        {
            header.Flags |= EventFlags.ReceivedTime;
            header.TimestampMillis = receivedMillis;
            return true;
        }

        bool isCorrected = (header.Flags & EventFlags.HasSentAt) != 0;
        long clockErrorMillis = isCorrected ? receivedMillis - header.SentMillis : 0;
        header.TimestampMillis = draft.RawTimestampMillis + clockErrorMillis;
        long lastMillis = receivedMillis + AheadMillis;
        return header.TimestampMillis >= FirstMillis && header.TimestampMillis <= lastMillis;
    }

    /// <summary>
    /// Hashes everything the sender said of the event, but not when it sent it, so that sending it again
    /// gives the same id. An event without a time of its own differs by when it was received.
    /// </summary>
    private static void DeriveId(ref EventDraft draft, ulong projectHash)
    {
        Span<byte> canonical = draft.Text[draft.Length..];
        int length = 0;
        for (EventField field = EventField.Type; field <= EventField.Properties; field++)
        {
            ReadOnlySpan<byte> text = draft[field];
            BinaryPrimitives.WriteUInt16LittleEndian(canonical[length..], (ushort)text.Length);
            text.CopyTo(canonical[(length + 2)..]);
            length += text.Length + 2;
        }

        EventHeader header = draft.Header;
        Span<byte> numbers = canonical.Slice(length, CanonicalNumbersBytes);
        long when = draft.HasTimestamp ? draft.RawTimestampMillis : header.ReceivedMillis;
        BinaryPrimitives.WriteInt64LittleEndian(numbers, when);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], header.RevenueTenThousandths);
        EventFlags said = header.Flags & (EventFlags.HasRevenue | EventFlags.ReceivedTime);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], (int)said);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[20..], header.Currency);
        BinaryPrimitives.WriteUInt64LittleEndian(numbers[24..], draft.HasAddress ? draft.Address.High : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(numbers[32..], draft.HasAddress ? draft.Address.Low : 0);
        length += CanonicalNumbersBytes;

        UInt128 hash = EventHash.Murmur3(canonical[..length], projectHash, 0);
        Span<byte> id = stackalloc byte[36];
        WriteHyphenated(hash, id);
        draft.Append(EventField.EventId, id);
        draft.Header.Flags |= EventFlags.DerivedId;
    }

    private static void WriteHyphenated(UInt128 hash, Span<byte> id)
    {
        int digit = 0;
        for (int i = 0; i < id.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23)
            {
                id[i] = (byte)'-';
                continue;
            }

            int value = (int)(hash >> (124 - (4 * digit))) & 0xf;
            id[i] = "0123456789abcdef"u8[value];
            digit++;
        }
    }

    private static void ReadUrls(ref EventDraft draft)
    {
        if (draft.Has(EventField.InstallReferrer)
            && (draft[EventField.Type].SequenceEqual("install"u8)
                || draft[EventField.Type].SequenceEqual("open"u8)))
            ReadInstallReferrer(ref draft);

        if (!draft.Has(EventField.Url))
            return;

        FieldSlice url = draft.Header.Fields[(int)EventField.Url];
        ReadOnlySpan<byte> text = draft[EventField.Url];
        int query = text.IndexOf((byte)'?') + 1;
        if (query == 0)
            return;

        int fragment = text[query..].IndexOf((byte)'#');
        int length = fragment < 0 ? text.Length - query : fragment;
        CampaignQuery.Read(ref draft, url.Offset + query, length);
    }

    /// <summary>
    /// Google Play hands it over as a query; some senders as one that is encoded as a whole.
    /// </summary>
    private static void ReadInstallReferrer(ref EventDraft draft)
    {
        FieldSlice slice = draft.Header.Fields[(int)EventField.InstallReferrer];
        (int offset, int length) = (slice.Offset, slice.Length);
        if (!draft[EventField.InstallReferrer].Contains((byte)'='))
            (offset, length) = CampaignQuery.Decode(ref draft, offset, length);
        CampaignQuery.Read(ref draft, offset, length);
    }

    private static void SetDefaults(ref EventDraft draft, Address peer)
    {
        ref EventHeader header = ref draft.Header;
        Address address = draft.HasAddress ? draft.Address : peer;
        header.IpHigh = address.High;
        header.IpLow = address.Low;
        if (header.Currency == 0 && (header.Flags & EventFlags.HasRevenue) != 0)
            header.Currency = Usd;
    }
}
