using System.Text;
using System.Text.Unicode;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Reads campaign fields and click ids from a query (<c>utm_source=google&amp;gclid=…</c>) into the fields
/// that the event does not have yet. Of a parameter that comes twice the first value that is not empty
/// counts; of several click ids the one first in <see cref="ClickIds"/>. A value that is too long for its
/// field is passed over. Names match whatever their case. Stateless.
/// </summary>
internal static class CampaignQuery
{
    private static readonly byte[][] ClickIds =
    [
        "gclid"u8.ToArray(), "gbraid"u8.ToArray(), "wbraid"u8.ToArray(), "dclid"u8.ToArray(),
        "msclkid"u8.ToArray(), "fbclid"u8.ToArray(), "ttclid"u8.ToArray(), "twclid"u8.ToArray(),
        "li_fat_id"u8.ToArray(), "ScCid"u8.ToArray(), "rdt_cid"u8.ToArray(), "epik"u8.ToArray(),
        "yclid"u8.ToArray(), "irclickid"u8.ToArray(), "click_id"u8.ToArray(), "clickid"u8.ToArray(),
    ];

    /// <summary>Takes what the query, a slice of the draft's text, says.</summary>
    public static void Read(ref EventDraft draft, int offset, int length)
    {
        int end = offset + length;
        int clickRank = draft.Has(EventField.ClickId) ? 0 : ClickIds.Length;
        int clickOffset = 0;
        int clickLength = 0;
        while (offset < end)
        {
            ReadOnlySpan<byte> rest = draft.Text[offset..end];
            int pairLength = rest.IndexOf((byte)'&');
            if (pairLength < 0)
                pairLength = rest.Length;

            int equals = rest[..pairLength].IndexOf((byte)'=');
            if (equals > 0 && equals < pairLength - 1)
            {
                ReadOnlySpan<byte> name = rest[..equals];
                int valueOffset = offset + equals + 1;
                int valueLength = pairLength - equals - 1;
                EventField field = FindField(name);
                if (field != EventField.Project)
                {
                    if (!draft.Has(field))
                        Take(ref draft, field, valueOffset, valueLength);
                }
                else if (FindClickId(name) is int rank && rank < clickRank)
                {
                    (clickRank, clickOffset, clickLength) = (rank, valueOffset, valueLength);
                }
            }

            offset += pairLength + 1;
        }

        if (clickLength > 0 && Take(ref draft, EventField.ClickId, clickOffset, clickLength))
            draft.Append(EventField.ClickIdType, ClickIds[clickRank]);
    }

    /// <summary>
    /// Decodes a slice of the draft's text behind it, unless there is nothing to decode. An escape that is
    /// none is kept as it is; a result that is not UTF-8 gives the slice as it is.
    /// </summary>
    public static (int Offset, int Length) Decode(ref EventDraft draft, int offset, int length)
    {
        ReadOnlySpan<byte> raw = draft.Text.Slice(offset, length);
        if (!raw.ContainsAny((byte)'%', (byte)'+'))
            return (offset, length);

        Span<byte> target = draft.Text[draft.Length..];
        int written = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            byte value = raw[i];
            if (value == '+')
            {
                value = (byte)' ';
            }
            else if (value == '%' && i + 2 < raw.Length)
            {
                int high = JsonText.HexDigit(raw[i + 1]);
                int low = JsonText.HexDigit(raw[i + 2]);
                if (high >= 0 && low >= 0)
                {
                    value = (byte)((high << 4) | low);
                    i += 2;
                }
            }

            target[written++] = value;
        }

        if (!Utf8.IsValid(target[..written]))
            return (offset, length);

        int decodedOffset = draft.Length;
        draft.Length += written;
        return (decodedOffset, written);
    }

    private static bool Take(ref EventDraft draft, EventField field, int offset, int length)
    {
        int before = draft.Length;
        (int valueOffset, int valueLength) = Decode(ref draft, offset, length);
        if (valueLength > EventKeys.MaxBytes((EventKey)field))
        {
            draft.Length = before;
            return false;
        }

        draft.Point(field, valueOffset, valueLength);
        return true;
    }

    /// <summary>
    /// The field that a UTM parameter fills; <see cref="EventField.Project"/> for any other parameter.
    /// </summary>
    private static EventField FindField(ReadOnlySpan<byte> name)
    {
        if (name.Length < 8 || !Ascii.EqualsIgnoreCase(name[..4], "utm_"u8))
            return EventField.Project;

        ReadOnlySpan<byte> rest = name[4..];
        return Ascii.EqualsIgnoreCase(rest, "source"u8) ? EventField.Source
            : Ascii.EqualsIgnoreCase(rest, "medium"u8) ? EventField.Medium
            : Ascii.EqualsIgnoreCase(rest, "campaign"u8) ? EventField.Campaign
            : Ascii.EqualsIgnoreCase(rest, "term"u8) ? EventField.Term
            : Ascii.EqualsIgnoreCase(rest, "content"u8) ? EventField.Content : EventField.Project;
    }

    private static int FindClickId(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < ClickIds.Length; i++)
        {
            if (name.Length == ClickIds[i].Length && Ascii.EqualsIgnoreCase(name, ClickIds[i]))
                return i;
        }

        return ClickIds.Length;
    }
}
