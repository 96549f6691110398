using System.Buffers.Binary;
using System.Security.Cryptography;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Sinks;

/// <summary>
/// The canonical bytes of one row of <c>attributions</c> and their SHA-256, whether the row is computed or
/// was read back. Reused from row to row; owned by one thread.
/// </summary>
/// <remarks>
/// Every column but the version, in the table's order. A text is its length in bytes as UInt32, then its
/// bytes; whole numbers, times (milliseconds since 1970) and money (ten-thousandths) are little-endian and as
/// wide as their column. The columns of touches follow the currency touch by touch: each touch begins with a
/// byte 1, the last one is followed by a byte 0. Then the evidence. So no two rows have the same bytes.
/// </remarks>
public sealed class RowDigest : IAttributionRow
{
    private const int CurrencyBytes = 3;
    private readonly byte[] _config;
    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <param name="configHash">Stands on every row.</param>
    public RowDigest(byte[] configHash)
    {
        ArgumentNullException.ThrowIfNull(configHash);
        _config = configHash;
    }

    /// <summary>The canonical bytes of the row ended last.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public RowHash Hash()
    {
        Span<byte> hash = stackalloc byte[RowHash.Bytes];
        SHA256.HashData(Bytes, hash);
        return RowHash.Read(hash);
    }

    /// <inheritdoc/>
    public void Header(scoped in AttributionHeader header)
    {
        _length = 0;
        Text(header.Project);
        Text(header.ConversionId);
        Text(header.ConversionType);
        Int64(header.ConversionMillis);
        Text(header.Model);
        Text(_config);
        UInt64(header.Person);
        Text(header.UserId);
        Int64(header.RevenueTenThousandths);
        Span<byte> currency = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(currency, header.Currency);
        Text(header.Currency == 0 ? [] : currency[..CurrencyBytes]);
    }

    /// <inheritdoc/>
    public void Touch(scoped in CreditedTouch touch)
    {
        Reserve(1)[0] = 1;
        _length++;
        Text(touch.TouchId);
        Int64(touch.TouchMillis);
        Text(touch.TouchType);
        Text(touch.Channel);
        Text(touch.Source);
        Text(touch.Medium);
        Text(touch.Campaign);
        UInt32(touch.CreditMillionths);
        Int64(touch.ValueTenThousandths);
    }

    /// <inheritdoc/>
    public void End(scoped ReadOnlySpan<byte> evidenceUtf8)
    {
        Reserve(1)[0] = 0;
        _length++;
        Text(evidenceUtf8);
    }

    private void Text(scoped ReadOnlySpan<byte> utf8)
    {
        UInt32((uint)utf8.Length);
        utf8.CopyTo(Reserve(utf8.Length));
        _length += utf8.Length;
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        _length += sizeof(uint);
    }

    private void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        _length += sizeof(ulong);
    }

    private void Int64(long value) => UInt64((ulong)value);

    private Span<byte> Reserve(int bytes)
    {
        if (bytes > _bytes.Length - _length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes));
        return _bytes.AsSpan(_length);
    }
}
