namespace Attribution.ClickHouse.Native;

/// <summary>What the bytes of a fixed-width value mean.</summary>
internal enum ScalarKind
{
    Int8, Int16, Int32, Int64, Int128, Int256,
    UInt8, UInt16, UInt32, UInt64, UInt128, UInt256,
    Float32, Float64, Decimal32, Decimal64, Decimal128, Decimal256,
    Bool, Enum8, Enum16, Date, Date32, DateTime, DateTime64, Uuid, IPv4, IPv6, Nothing,
}

/// <summary>
/// A fixed-width type: its kind, width in bytes, decimal places and an enum's names. Immutable; thread-safe.
/// </summary>
internal sealed record ScalarType(ScalarKind Kind, int Width, int Scale = 0)
{
    private static readonly Dictionary<string, ScalarType> Plain = new()
    {
        ["Int8"] = new(ScalarKind.Int8, 1),
        ["Int16"] = new(ScalarKind.Int16, 2),
        ["Int32"] = new(ScalarKind.Int32, 4),
        ["Int64"] = new(ScalarKind.Int64, 8),
        ["Int128"] = new(ScalarKind.Int128, 16),
        ["Int256"] = new(ScalarKind.Int256, 32),
        ["UInt8"] = new(ScalarKind.UInt8, 1),
        ["UInt16"] = new(ScalarKind.UInt16, 2),
        ["UInt32"] = new(ScalarKind.UInt32, 4),
        ["UInt64"] = new(ScalarKind.UInt64, 8),
        ["UInt128"] = new(ScalarKind.UInt128, 16),
        ["UInt256"] = new(ScalarKind.UInt256, 32),
        ["Float32"] = new(ScalarKind.Float32, 4),
        ["Float64"] = new(ScalarKind.Float64, 8),
        ["Bool"] = new(ScalarKind.Bool, 1),
        ["Date"] = new(ScalarKind.Date, 2),
        ["Date32"] = new(ScalarKind.Date32, 4),
        ["DateTime"] = new(ScalarKind.DateTime, 4),
        ["UUID"] = new(ScalarKind.Uuid, 16),
        ["IPv4"] = new(ScalarKind.IPv4, 4),
        ["IPv6"] = new(ScalarKind.IPv6, 16),
        ["Nothing"] = new(ScalarKind.Nothing, 1),
    };

    public IReadOnlyDictionary<long, string>? Names { get; private init; }

    /// <summary>Null where the type has no fixed width or is not known.</summary>
    public static ScalarType? TryFrom(ColumnType type) => type.Name switch
    {
        "Decimal" when type.Arguments.Count == 2 =>
            Decimal(type.Arguments[0].Number, type.Arguments[1].Number),
        "DateTime64" when type.Arguments.Count >= 1 && type.Arguments[0].Number is >= 0 and <= 9 =>
            new ScalarType(ScalarKind.DateTime64, 8, (int)type.Arguments[0].Number),
        "Enum8" => new ScalarType(ScalarKind.Enum8, 1) { Names = NamesOf(type) },
        "Enum16" => new ScalarType(ScalarKind.Enum16, 2) { Names = NamesOf(type) },
        _ when type.Name.StartsWith("Interval", StringComparison.Ordinal) => Plain["Int64"],
        _ => Plain.GetValueOrDefault(type.Name),
    };

    private static ScalarType? Decimal(long precision, long scale)
    {
        if (precision < 1 || scale < 0 || scale > precision)
            return null;

        return precision switch
        {
            <= 9 => new ScalarType(ScalarKind.Decimal32, 4, (int)scale),
            <= 18 => new ScalarType(ScalarKind.Decimal64, 8, (int)scale),
            <= 38 => new ScalarType(ScalarKind.Decimal128, 16, (int)scale),
            <= 76 => new ScalarType(ScalarKind.Decimal256, 32, (int)scale),
            _ => null,
        };
    }

    private static Dictionary<long, string> NamesOf(ColumnType type)
    {
        var names = new Dictionary<long, string>();
        foreach (ColumnType element in type.Arguments)
            names[element.Number] = element.Name;
        return names;
    }
}
