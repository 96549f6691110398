using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// The parameters of a query that say something of a campaign, found whatever their case by a perfect hash of
/// their first and last four letters. Constants; shared.
/// </summary>
internal static class QueryNames
{
    /// <summary>Bytes that are read of a name, however short it is.</summary>
    public const int ReadBytes = 16;

    private const int Places = 32;

    /// <summary>Found by trial: no two names share a place. Checked when the table is made.</summary>
    private const ulong Multiplier = 0x21b0_e610_cd05_0385;

    private const ulong LowerCase = 0x2020_2020_2020_2020;

    /// <summary>Click ids, the one that counts most first.</summary>
    private static readonly byte[][] ClickIds =
    [
        "gclid"u8.ToArray(), "gbraid"u8.ToArray(), "wbraid"u8.ToArray(), "dclid"u8.ToArray(),
        "msclkid"u8.ToArray(), "fbclid"u8.ToArray(), "ttclid"u8.ToArray(), "twclid"u8.ToArray(),
        "li_fat_id"u8.ToArray(), "ScCid"u8.ToArray(), "rdt_cid"u8.ToArray(), "epik"u8.ToArray(),
        "yclid"u8.ToArray(), "irclickid"u8.ToArray(), "click_id"u8.ToArray(), "clickid"u8.ToArray(),
    ];

    private static readonly Place[] Table = NewTable();

    /// <summary>How many click ids there are, which is the rank of a name that is none.</summary>
    public static int ClickIdCount => ClickIds.Length;

    public static ReadOnlySpan<byte> ClickId(int rank) => ClickIds[rank];

    /// <param name="bytes">The name, and what follows it, <see cref="ReadBytes"/> in all.</param>
    /// <param name="length">Of the name.</param>
    /// <param name="field">The field a UTM parameter fills; <see cref="EventField.ClickId"/> for a click
    /// id.</param>
    /// <param name="rank">Of a click id.</param>
    public static bool TryFind(ReadOnlySpan<byte> bytes, int length, out EventField field, out int rank)
    {
        (field, rank) = (EventField.Project, 0);
        if (length is < sizeof(uint) or > ReadBytes)
            return false;

        ref readonly Place place = ref Table[Hash(bytes, length)];
        uint equal = Vector128.Equals(Vector128.Create(bytes) | place.Cases, place.Name)
            .ExtractMostSignificantBits();
        (field, rank) = (place.Field, place.Rank);
        return place.Length == length && (~equal & ((1u << length) - 1)) == 0;
    }

    private static int Hash(ReadOnlySpan<byte> bytes, int length)
    {
        ulong ends = BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - sizeof(uint))..]) << 32);
        return (int)(((ends | LowerCase) * Multiplier) >> (64 - BitOperations.Log2(Places)));
    }

    private static Place[] NewTable()
    {
        var table = new Place[Places];
        for (EventField field = EventField.Source; field <= EventField.Content; field++)
            Add(table, Encoding.ASCII.GetBytes("utm_" + EventKeys.Name((EventKey)field)), field, rank: 0);
        for (int rank = 0; rank < ClickIds.Length; rank++)
            Add(table, ClickIds[rank], EventField.ClickId, rank);
        return table;
    }

    private static void Add(Place[] table, byte[] name, EventField field, int rank)
    {
        byte[] lower = new byte[ReadBytes];
        byte[] cases = new byte[ReadBytes];
        for (int i = 0; i < name.Length; i++)
        {
            cases[i] = char.IsAsciiLetter((char)name[i]) ? (byte)0x20 : (byte)0;
            lower[i] = (byte)(name[i] | cases[i]);
        }

        ref Place place = ref table[Hash(lower, name.Length)];
        if (place.Length > 0)
            throw new InvalidOperationException("Two parameters share a place.");
        place = new Place(Vector128.Create(lower), Vector128.Create(cases), name.Length, field, rank);
    }

    /// <summary>One name: its lower case, the bits that make letters lower, what it means.</summary>
    private readonly record struct Place(
        Vector128<byte> Name, Vector128<byte> Cases, int Length, EventField Field, int Rank);
}
