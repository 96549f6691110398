using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A LowCardinality column that was read: the distinct values, and each row as a number of one of them.
/// In a nullable one, number 0 is NULL. Owned by its reader.
/// </summary>
public sealed class LowCardinalityReadColumn : ReadColumn
{
    private const ulong Version = 1;
    private const ulong NeedGlobalDictionary = 1 << 8;
    private const ulong HasAdditionalKeys = 1 << 9;

    private readonly ByteBuffer _keys = new(512);
    private readonly bool _nullable;
    private int[] _indexes = new int[64];
    private int _count;

    internal LowCardinalityReadColumn(string typeName, ReadColumn dictionary, bool nullable)
        : base(typeName)
    {
        Dictionary = dictionary;
        _nullable = nullable;
    }

    public ReadColumn Dictionary { get; }

    /// <summary>Each row's number in <see cref="Dictionary"/>.</summary>
    public ReadOnlySpan<int> Indexes => _indexes.AsSpan(0, _count);

    public override int RowCount => _count;

    public override bool HasOnlyEmptyTexts => Dictionary.HasOnlyEmptyTexts;

    public override bool IsNull(int row) => _nullable && Indexes[row] == 0;

    public override object? GetValue(int row) => IsNull(row) ? null : Dictionary.GetValue(Indexes[row]);

    public override string GetString(int row) => IsNull(row) ? "" : Dictionary.GetString(Indexes[row]);

    public override ReadOnlySpan<byte> GetBytes(int row) => Dictionary.GetBytes(Indexes[row]);

    public override long GetInt64(int row) => Dictionary.GetInt64(Indexes[row]);

    public override ulong GetUInt64(int row) => Dictionary.GetUInt64(Indexes[row]);

    public override double GetDouble(int row) => Dictionary.GetDouble(Indexes[row]);

    public override decimal GetDecimal(int row) => Dictionary.GetDecimal(Indexes[row]);

    public override bool GetBoolean(int row) => Dictionary.GetBoolean(Indexes[row]);

    public override DateTime GetDateTime(int row) => Dictionary.GetDateTime(Indexes[row]);

    public override Guid GetGuid(int row) => Dictionary.GetGuid(Indexes[row]);

    internal override async ValueTask ReadPrefixAsync(ByteSource source)
    {
        ulong version = await source.ReadUInt64Async().ConfigureAwait(false);
        if (version != Version)
            throw new NativeFormatException($"LowCardinality of version {version} is not supported.");
    }

    internal override async ValueTask ReadAsync(ByteSource source, int rows)
    {
        _count = 0;
        _keys.Clear();
        if (rows == 0)
        {
            await Dictionary.ReadAsync(source, 0).ConfigureAwait(false);
            return;
        }

        ulong flags = await source.ReadUInt64Async().ConfigureAwait(false);
        ulong keyType = flags & 0xff;
        if (keyType > 3 || (flags & NeedGlobalDictionary) != 0 || (flags & HasAdditionalKeys) == 0)
            throw new NativeFormatException($"LowCardinality with the flags 0x{flags:x} is not supported.");

        ulong entries = await source.ReadUInt64Async().ConfigureAwait(false);
        if (entries > int.MaxValue)
            throw new NativeFormatException($"A dictionary of {entries} entries is out of bounds.");
        await Dictionary.ReadAsync(source, (int)entries).ConfigureAwait(false);

        ulong count = await source.ReadUInt64Async().ConfigureAwait(false);
        if (count != (ulong)rows)
            throw new NativeFormatException($"LowCardinality has {count} rows, its block {rows}.");
        int keyBytes = 1 << (int)keyType;
        await source.ReadIntoAsync(_keys, (ulong)rows * (ulong)keyBytes).ConfigureAwait(false);
        Widen(keyBytes, rows);
    }

    private void Widen(int keyBytes, int rows)
    {
        if (_indexes.Length < rows)
            _indexes = new int[Math.Max(rows, _indexes.Length * 2)];

        ReadOnlySpan<byte> keys = _keys.Written;
        uint entries = (uint)Dictionary.RowCount;
        for (int row = 0; row < rows; row++)
        {
            ulong key = keyBytes switch
            {
                1 => keys[row],
                2 => MemoryMarshal.Cast<byte, ushort>(keys)[row],
                4 => MemoryMarshal.Cast<byte, uint>(keys)[row],
                _ => BinaryPrimitives.ReadUInt64LittleEndian(keys[(row * 8)..]),
            };
            if (key >= entries)
                throw new NativeFormatException($"Entry {key} of a dictionary of {entries} does not exist.");
            _indexes[row] = (int)key;
        }

        _count = rows;
    }
}
