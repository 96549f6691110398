using System.Text;
using Attribution.ClickHouse.Native;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// The reader of ClickHouse's blocks: every value of every block it takes can be read, and it refuses the
/// rest. Used by one thread at a time.
/// </summary>
internal sealed class NativeTarget : FuzzTarget
{
    private static readonly string[] Types =
    [
        "UInt64", "String", "LowCardinality(String)", "Nullable(", "Array(", "Tuple(",
        "FixedString(99999999)",
        "Decimal(18, 4)", "DateTime64(3, 'UTC')", "Enum8('a' = 1)", "Map(String, UInt8)", "Nothing", "`",
    ];

    public override string Name => "native";

    public override int ShortRun => 30_000;

    public override IReadOnlyList<byte[]> Seeds { get; } = [Sample(3), [.. Sample(1), .. Sample(40)]];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. Types.Select(type => (byte[])[(byte)type.Length, .. Encoding.ASCII.GetBytes(type)])];

    public override long MaxAllocatedBytes(int inputBytes) => (8 * 1024 * 1024) + (256L * inputBytes);

    public override void Run(byte[] input) => ReadAll(new MemoryStream(input));

    /// <summary>Reads what there is, up to a refusal.</summary>
    internal static void ReadAll(Stream stream)
    {
        try
        {
            var reader = new BlockReader(stream);
            // Nothing here waits for anything, as the bytes lie in memory.
            while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
            {
                foreach (ReadColumn column in reader.Block.Columns)
                {
                    for (int row = 0; row < Math.Min(reader.Block.RowCount, 100); row++)
                        column.GetValue(row);
                }
            }
        }
        catch (NativeFormatException)
        {
            // The documented refusal.
        }
    }

    internal static byte[] Sample(int rows)
    {
        var number = new FixedColumn<ulong>("UInt64");
        var text = new StringColumn();
        var low = new LowCardinalityColumn();
        var maybe = new NullableColumn<FixedColumn<long>>(new FixedColumn<long>("Decimal(18, 4)"));
        var list = new ArrayColumn<StringColumn>(new StringColumn());
        NativeBlock block = new NativeBlock().Add("n", number).Add("t", text).Add("l", low).Add("m", maybe)
            .Add("a", list);
        for (int row = 0; row < rows; row++)
        {
            number.Add((ulong)row);
            text.Add(Encoding.UTF8.GetBytes($"text {row}"));
            low.Add(row % 2 == 0 ? "even"u8 : "odd"u8);
            if (row % 3 == 0)
            {
                maybe.AddNull();
            }
            else
            {
                maybe.Items.Add(row);
                maybe.Added();
            }

            for (int i = 0; i < row % 3; i++)
                list.Items.Add("item"u8);
            list.EndRow();
        }

        var bytes = new Collector();
        block.WriteTo(bytes);
        return bytes.Taken();
    }

    private sealed class Collector() : BlockWriter(chunkBytes: 64)
    {
        private readonly List<byte> _bytes = [];

        public byte[] Taken()
        {
            Flush();
            return [.. _bytes];
        }

        protected override void OnChunk(ReadOnlySpan<byte> chunk) => _bytes.AddRange(chunk);
    }
}
