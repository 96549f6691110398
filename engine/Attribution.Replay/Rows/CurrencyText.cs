using System.Buffers.Binary;
using System.Text;
using Attribution.ClickHouse.Native;

namespace Attribution.Replay.Rows;

/// <summary>Writes an event's packed ISO 4217 code as text. Stateless.</summary>
public static class CurrencyText
{
    private const int CodeLength = 3;

    public static void AddCurrency(this LowCardinalityColumn column, uint packed)
    {
        Span<byte> text = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(text, packed);
        column.Add(packed == 0 ? [] : text[..CodeLength]);
    }

    /// <summary>The code; empty where there is none.</summary>
    public static string Of(uint packed)
    {
        Span<byte> text = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(text, packed);
        return packed == 0 ? "" : Encoding.ASCII.GetString(text[..CodeLength]);
    }
}
