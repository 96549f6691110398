using System.Net;
using System.Text;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>
/// A block with a column of every type that is written, filled from plain .NET values. Owned by one test.
/// </summary>
internal sealed class SampleBlock
{
    private readonly FixedColumn<byte> _bool = new("Bool");
    private readonly FixedColumn<byte> _uint8 = new("UInt8");
    private readonly FixedColumn<ushort> _uint16 = new("UInt16");
    private readonly FixedColumn<uint> _uint32 = new("UInt32");
    private readonly FixedColumn<ulong> _uint64 = new("UInt64");
    private readonly FixedColumn<sbyte> _int8 = new("Int8");
    private readonly FixedColumn<short> _int16 = new("Int16");
    private readonly FixedColumn<int> _int32 = new("Int32");
    private readonly FixedColumn<long> _int64 = new("Int64");
    private readonly FixedColumn<float> _float32 = new("Float32");
    private readonly FixedColumn<double> _float64 = new("Float64");
    private readonly FixedColumn<long> _decimal = new("Decimal(18, 4)");
    private readonly FixedColumn<Uuid> _uuid = new("UUID");
    private readonly FixedColumn<IPv6> _ip = new("IPv6");
    private readonly FixedColumn<ushort> _date = new("Date");
    private readonly FixedColumn<uint> _time = new("DateTime('UTC')");
    private readonly FixedColumn<long> _millis = new("DateTime64(3, 'UTC')");
    private readonly FixedColumn<sbyte> _kind = new("Enum8('user' = 1, 'device' = 3)");
    private readonly StringColumn _text = new();
    private readonly FixedStringColumn _fixed = new(5);
    private readonly LowCardinalityColumn _low = new();
    private readonly NullableColumn<FixedColumn<long>> _revenue =
        new(new FixedColumn<long>("Decimal(18, 4)"));
    private readonly NullableColumn<StringColumn> _optional = new(new StringColumn());
    private readonly ArrayColumn<FixedColumn<uint>> _credits = new(new FixedColumn<uint>("UInt32"));
    private readonly ArrayColumn<LowCardinalityColumn> _channels = new(new LowCardinalityColumn());
    private readonly ArrayColumn<ArrayColumn<StringColumn>> _nested =
        new(new ArrayColumn<StringColumn>(new StringColumn()));

    public SampleBlock() => Block = new NativeBlock()
        .Add("bool", _bool).Add("uint8", _uint8).Add("uint16", _uint16).Add("uint32", _uint32)
        .Add("uint64", _uint64)
        .Add("int8", _int8).Add("int16", _int16).Add("int32", _int32).Add("int64", _int64)
        .Add("float32", _float32).Add("float64", _float64).Add("decimal", _decimal)
        .Add("uuid", _uuid).Add("ip", _ip)
        .Add("date", _date).Add("time", _time).Add("millis", _millis).Add("kind", _kind)
        .Add("text", _text).Add("fixed", _fixed).Add("low", _low)
        .Add("revenue", _revenue).Add("optional", _optional)
        .Add("credits", _credits).Add("channels", _channels).Add("nested", _nested);

    public NativeBlock Block { get; }

    /// <summary>A table that takes the block.</summary>
    public string Columns =>
        string.Join(", ", Block.Columns.Select(each => $"`{each.Name}` {each.Column.TypeName}"));

    /// <summary>
    /// Adds a row whose values all follow from the arguments, and returns what must be read back.
    /// </summary>
    public object?[] Add(long number, string text, string[] list)
    {
        var random = new Random((int)number);
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        var uuid = new Guid(bytes);
        var ip = new IPAddress(bytes);
        bool isNull = number % 3 == 0;
        uint[] credits = [.. list.Select(item => (uint)item.Length)];
        long millis = Math.Abs(number % 4_000_000_000_000);
        string[][] nested = [list, [], [text]];

        _bool.Add((byte)(number & 1));
        _uint8.Add((byte)number);
        _uint16.Add((ushort)number);
        _uint32.Add((uint)number);
        _uint64.Add((ulong)number);
        _int8.Add((sbyte)number);
        _int16.Add((short)number);
        _int32.Add((int)number);
        _int64.Add(number);
        _float32.Add(number);
        _float64.Add(number);
        _decimal.Add(number % 1_000_000_000_000_000_000);
        _uuid.Add(Uuid.From(uuid));
        _ip.Add(IPv6.From(ip));
        _date.Add((ushort)number);
        _time.Add((uint)number);
        _millis.Add(millis);
        _kind.Add((sbyte)(isNull ? 3 : 1));
        _text.Add(Utf8(text));
        _fixed.Add("ab"u8);
        _low.Add(Utf8(text));
        AddNullable(isNull, number);
        AddOptional(isNull, text);
        foreach (string item in list)
        {
            _credits.Items.Add((uint)item.Length);
            _channels.Items.Add(Utf8(item));
        }

        _credits.EndRow();
        _channels.EndRow();
        AddNested(nested);

        return
        [
            (number & 1) != 0, (byte)number, (ushort)number, (uint)number, (ulong)number,
            (sbyte)number, (short)number, (int)number, number, (float)number, (double)number,
            new decimal(number % 1_000_000_000_000_000_000) / 10_000, uuid, ip,
            DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((ushort)number),
            DateTime.UnixEpoch.AddSeconds((uint)number), DateTime.UnixEpoch.AddMilliseconds(millis),
            isNull ? "device" : "user", text, "ab", text,
            isNull ? null : new decimal(number) / 10_000, isNull ? null : text,
            credits.Cast<object?>().ToArray(), list.Cast<object?>().ToArray(),
            nested.Select(row => (object?)row.Cast<object?>().ToArray()).ToArray(),
        ];
    }

    private void AddNullable(bool isNull, long number)
    {
        if (isNull)
        {
            _revenue.AddNull();
            return;
        }

        _revenue.Items.Add(number);
        _revenue.Added();
    }

    private void AddOptional(bool isNull, string text)
    {
        if (isNull)
        {
            _optional.AddNull();
            return;
        }

        _optional.Items.Add(Utf8(text));
        _optional.Added();
    }

    private void AddNested(string[][] nested)
    {
        foreach (string[] row in nested)
        {
            foreach (string item in row)
                _nested.Items.Items.Add(Utf8(item));
            _nested.Items.EndRow();
        }

        _nested.EndRow();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
