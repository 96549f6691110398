namespace Attribution.Replay.Rows;

/// <summary>ClickHouse's names of the types that the schema uses more than once. Constants.</summary>
public static class TypeNames
{
    public const string Millis = "DateTime64(3, 'UTC')";

    /// <summary>
    /// Money in ten-thousandths: Decimal64(4) under the name that ClickHouse itself gives it.
    /// </summary>
    public const string Money = "Decimal(18, 4)";
    public const string IdKind = "Enum8('user' = 1, 'anonymous' = 2, 'device' = 3, 'click' = 4)";
}
