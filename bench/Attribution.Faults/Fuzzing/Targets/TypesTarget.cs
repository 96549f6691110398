using System.Text;
using Attribution.ClickHouse.Native;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>Names of column types, as a server spells them. Used by one thread at a time.</summary>
internal sealed class TypesTarget : FuzzTarget
{
    public override string Name => "types";

    public override int ShortRun => 60_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "UInt64", "LowCardinality(Nullable(String))", "Map(String, Tuple(`x y` Decimal(76, 40)))",
            "Array(Tuple(a String, b Array(DateTime64(3, 'UTC'))))", "Enum8('a\\'b' = -1, 'c' = 2)",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. "( ) , ' \\ ` = - Array( Tuple( Nullable( LowCardinality( 99999999999999999999 -1 FixedString("
            .Split(' ').Select(Encoding.ASCII.GetBytes),
    ];

    public override void Run(byte[] input)
    {
        try
        {
            ReadColumnFactory.Create(Encoding.UTF8.GetString(input));
        }
        catch (NativeFormatException)
        {
            // The documented refusal.
        }
    }
}
