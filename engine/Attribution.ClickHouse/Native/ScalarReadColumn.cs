using System.Net;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A column of numbers, times, ids or addresses that was read. Owned by its reader.
/// </summary>
public sealed class ScalarReadColumn : FixedReadColumn
{
    private readonly ScalarType _type;

    internal ScalarReadColumn(string typeName, ScalarType type)
        : base(typeName, type.Width) => _type = type;

    /// <summary>Decimal places, of a decimal or a DateTime64.</summary>
    public int Scale => _type.Scale;

    public override bool IsNull(int row) => _type.Kind == ScalarKind.Nothing;

    public override long GetInt64(int row) => _type.Kind switch
    {
        ScalarKind.Int8 or ScalarKind.Enum8 => At<sbyte>(row),
        ScalarKind.Int16 or ScalarKind.Enum16 => At<short>(row),
        ScalarKind.Int32 => At<int>(row),
        ScalarKind.Int64 => At<long>(row),
        ScalarKind.UInt8 or ScalarKind.Bool => At<byte>(row),
        ScalarKind.UInt16 => At<ushort>(row),
        ScalarKind.UInt32 => At<uint>(row),
        ScalarKind.UInt64 when At<ulong>(row) <= long.MaxValue => (long)At<ulong>(row),
        ScalarKind.UInt64 => throw TooLarge("a signed 64-bit integer"),
        _ => throw Mismatch("an integer"),
    };

    public override ulong GetUInt64(int row)
    {
        if (_type.Kind == ScalarKind.UInt64)
            return At<ulong>(row);

        long value = GetInt64(row);
        return value >= 0 ? (ulong)value : throw TooLarge("an unsigned integer");
    }

    public override double GetDouble(int row) => _type.Kind switch
    {
        ScalarKind.Float32 => At<float>(row),
        ScalarKind.Float64 => At<double>(row),
        ScalarKind.UInt64 => At<ulong>(row),
        ScalarKind.Decimal32 or ScalarKind.Decimal64 or ScalarKind.Decimal128 or ScalarKind.Decimal256 =>
            (double)Unscaled(row) / Math.Pow(10, Scale),
        _ => GetInt64(row),
    };

    /// <exception cref="NativeFormatException">More digits than a .NET decimal has.</exception>
    public override decimal GetDecimal(int row)
    {
        if (_type.Kind == ScalarKind.UInt64)
            return At<ulong>(row);
        if (_type.Kind is < ScalarKind.Decimal32 or > ScalarKind.Decimal256)
            return GetInt64(row);

        return ScalarText.TryDecimal(Unscaled(row), Scale, out decimal value)
            ? value
            : throw TooLarge("a decimal");
    }

    public override bool GetBoolean(int row) => GetInt64(row) != 0;

    public override DateTime GetDateTime(int row) => _type.Kind switch
    {
        ScalarKind.Date => DateTime.UnixEpoch.AddDays(At<ushort>(row)),
        ScalarKind.Date32 => Time(At<int>(row) * TimeSpan.TicksPerDay),
        ScalarKind.DateTime => DateTime.UnixEpoch.AddSeconds(At<uint>(row)),
        ScalarKind.DateTime64 => Time(Ticks(At<long>(row))),
        _ => throw Mismatch("a time"),
    };

    public override Guid GetGuid(int row) =>
        _type.Kind == ScalarKind.Uuid ? At<Uuid>(row).ToGuid() : throw Mismatch("a UUID");

    /// <summary>An enum's name; every other kind is not a string.</summary>
    public override string GetString(int row)
    {
        if (_type.Names is null)
            throw Mismatch("a string");
        return _type.Names.TryGetValue(GetInt64(row), out string? name)
            ? name
            : throw TooLarge("one of its names");
    }

    public override object? GetValue(int row) => _type.Kind switch
    {
        ScalarKind.Int8 => At<sbyte>(row),
        ScalarKind.Int16 => At<short>(row),
        ScalarKind.Int32 => At<int>(row),
        ScalarKind.Int64 => At<long>(row),
        ScalarKind.Int128 => At<Int128>(row),
        ScalarKind.UInt8 => At<byte>(row),
        ScalarKind.UInt16 => At<ushort>(row),
        ScalarKind.UInt32 => At<uint>(row),
        ScalarKind.UInt64 => At<ulong>(row),
        ScalarKind.UInt128 => At<UInt128>(row),
        ScalarKind.Int256 or ScalarKind.UInt256 => Unscaled(row),
        ScalarKind.Float32 => At<float>(row),
        ScalarKind.Float64 => At<double>(row),
        ScalarKind.Bool => At<byte>(row) != 0,
        ScalarKind.Enum8 or ScalarKind.Enum16 => GetString(row),
        ScalarKind.Date or ScalarKind.Date32 => DateOnly.FromDateTime(GetDateTime(row)),
        ScalarKind.DateTime or ScalarKind.DateTime64 => GetDateTime(row),
        ScalarKind.Uuid => GetGuid(row),
        ScalarKind.IPv4 => new IPAddress(BitConverter.GetBytes(IPAddress.HostToNetworkOrder(At<int>(row)))),
        ScalarKind.IPv6 => At<IPv6>(row).ToAddress(),
        ScalarKind.Nothing => null,
        _ => ScalarText.DecimalOrText(Unscaled(row), Scale),
    };

    private BigInteger Unscaled(int row) => new(GetBytes(row), _type.Kind == ScalarKind.UInt256);

    private T At<T>(int row)
        where T : unmanaged => MemoryMarshal.Read<T>(GetBytes(row));

    /// <summary>Ticks of 100 ns since 1970; finer places are cut towards the past.</summary>
    private Int128 Ticks(long value)
    {
        Int128 ticks = value;
        for (int place = Scale; place < 7; place++)
            ticks *= 10;
        for (int place = 7; place < Scale; place++)
            ticks = (ticks - (ticks < 0 ? 9 : 0)) / 10;
        return ticks;
    }

    private DateTime Time(Int128 ticksSinceEpoch)
    {
        Int128 ticks = ticksSinceEpoch + DateTime.UnixEpoch.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
            throw TooLarge("a time of the years 1 to 9999");
        return new DateTime((long)ticks, DateTimeKind.Utc);
    }

    private NativeFormatException TooLarge(string type) =>
        new($"A value of {Name}, {TypeName}, is not {type}.");
}
