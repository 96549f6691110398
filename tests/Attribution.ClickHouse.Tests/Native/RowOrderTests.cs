using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.ClickHouse.Tests.Support;
using Attribution.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.ClickHouse.Tests.Native;

/// <remarks>
/// The order must be ClickHouse's own, or it would sort again; and rows must stay whole, whatever types their
/// columns have. Keys are drawn from few values, so that every part of a key decides somewhere.
/// </remarks>
public class RowOrderTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int Rows = 3_000;

    private static readonly string[] Projects = ["default", "", "b", "ab", "a", "ü", "zz"];

    private static readonly string[] Ids =
    [
        "", "\0", "a", "a\0", "ab", "same beginning 0001", "same beginning 00012", "same beginning 0002",
        "ÿ", "z", new string('q', 127), new string('q', 128), new string('q', 300),
        new string('q', 129) + "a",
    ];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(7, 3)]
    [InlineData(7, 3_000_000_000)]
    [InlineData(7, long.MaxValue)]
    public void TrySort_AnyRows_EqualsASortByTheWholeKey(int projects, long millis)
    {
        var sample = new KeyedBlock();
        var random = new Random(5);
        for (int row = 0; row < Rows; row++)
        {
            sample.Add(
                Projects[random.Next(projects)], random.NextInt64(millis) - (millis / 2), Any(Ids, random),
                ((sbyte)random.Next(-2, 3), Any(Ids, random)));
        }

        int[] expected = [.. Enumerable.Range(0, Rows).Order(Comparer<int>.Create(sample.CompareNaively))];
        var order = new RowOrder();

        Assert.True(order.TrySort(sample.Key));
        Assert.Equal(expected, order.Rows);
    }

    [Fact]
    public void TrySort_RowsInOrder_LeavesThemAsTheyLie()
    {
        var sample = new KeyedBlock();
        foreach (string id in Ids.Order(StringComparer.Ordinal))
            sample.Add("default", 5, id, (0, ""));
        sample.Add("default", 6, "", (0, ""));
        sample.Add("default", 6, "", (0, ""));
        var order = new RowOrder();

        Assert.False(order.TrySort(sample.Key));
        Assert.False(order.TrySort([]));

        sample.Add("default", 5, "", (0, ""));
        Assert.True(order.TrySort(sample.Key));
    }

    [Fact]
    public void TrySort_RowsThatOnlyTheEndOfATextPutsOutOfOrder_SortsThem()
    {
        var sample = new KeyedBlock();
        foreach (string id in (string[])["same beginning 0001", "same beginning 0003", "same beginning 0002"])
            sample.Add("default", 5, id, (0, ""));
        var order = new RowOrder();

        Assert.True(order.TrySort(sample.Key));
        Assert.Equal([0, 2, 1], order.Rows);
    }

    [Fact]
    public void TrySort_ATypeThatNoTableIsSortedBy_Throws() => Assert.Throws<NotSupportedException>(() =>
    {
        var column = new FixedStringColumn(2);
        column.Add("a"u8);
        column.Add("b"u8);
        new RowOrder().TrySort([column]);
    });

    [Fact]
    public void WriteTo_InAnyOrder_EqualsRowsInThatOrder() => Prop.ForAll(
        Samples.Rows,
        rows =>
        {
            var sample = new SampleBlock();
            object?[][] values = [.. rows.Select(row => sample.Add(row.Number, row.Text, row.List))];
            var order = new RowOrder();
            Enumerable.Range(0, rows.Length).Reverse().ToArray().CopyTo(order.Begin(rows.Length));

            using var stream = new MemoryStream(NativeBytes.Of(sample.Block, order));
            List<object?[]> read = NativeBytes.ReadRowsAsync(stream).GetAwaiter().GetResult();

            Assert.Equal<object?>(values.Reverse(), read);
        }).QuickCheckThrowOnFailure();

    /// <remarks>Long columns go through chunks of their own; 300 and 70,000 texts take wider keys.</remarks>
    [Theory]
    [InlineData(300)]
    [InlineData(70_000)]
    public async Task WriteTo_LargeColumns_EqualsRowsInThatOrder(int distinct)
    {
        const int rows = 90_000;
        var number = new FixedColumn<ulong>("UInt64");
        var low = new LowCardinalityColumn();
        var text = new StringColumn();
        NativeBlock block = new NativeBlock().Add("number", number).Add("low", low).Add("text", text);
        for (int row = 0; row < rows; row++)
        {
            ulong mixed = (ulong)row * 0x9E3779B97F4A7C15 % 1_000_003;
            number.Add(mixed);
            low.Add(Encoding.UTF8.GetBytes($"low {row % distinct}"));
            text.Add(Encoding.UTF8.GetBytes(new string('t', row % 150) + row));
        }

        var order = new RowOrder();
        Assert.True(order.TrySort([number]));
        var compressed = new CompressedBlock();
        new BlockCompressor().Compress(block, compressed, order);

        int[] expected = [.. Enumerable.Range(0, rows).OrderBy(row => number.Values[row])];
        using var plain = new FrameStream(new MemoryStream(compressed.Bytes.ToArray()));
        List<object?[]> read = await NativeBytes.ReadRowsAsync(plain);
        Assert.Equal(rows, read.Count);
        for (int at = 0; at < rows; at++)
        {
            int row = expected[at];
            Assert.Equal(number.Values[row], read[at][0]);
            Assert.Equal($"low {row % distinct}", read[at][1]);
            Assert.Equal(new string('t', row % 150) + row, read[at][2]);
        }
    }

    [Fact]
    public async Task TrySort_AnyRows_IsClickHousesOwnOrder()
    {
        await using Database database = await Database.CreateAsync(clickHouse);
        var sample = new KeyedBlock();
        var number = new FixedColumn<ulong>("UInt64");
        sample.Block.Add("number", number);
        var random = new Random(6);
        for (int row = 0; row < Rows; row++)
        {
            sample.Add(
                Any(Projects, random), random.Next(-3, 4), Any(Ids, random),
                ((sbyte)random.Next(-2, 3), Any(Ids, random)));
            number.Add((ulong)row);
        }

        await database.Client.ExecuteAsync(
            "CREATE TABLE t (project LowCardinality(String), time Int64, id String, kind Int8, other String,"
            + " number UInt64) ENGINE = Memory");
        var compressed = new CompressedBlock();
        new BlockCompressor().Compress(sample.Block, compressed);
        await database.Client.InsertAsync("t", compressed, new());

        var order = new RowOrder();
        Assert.True(order.TrySort(sample.Key));
        List<object?[]> sorted = await database.RowsAsync(
            "SELECT number FROM t ORDER BY project, time, id, kind, other, number");
        Assert.Equal(order.Rows.ToArray().Select(row => (ulong)row), sorted.Select(row => (ulong)row[0]!));
    }

    [Fact]
    public void SortAndCompress_AfterWarmUp_AllocatesNothing()
    {
        var sample = new KeyedBlock();
        var random = new Random(7);
        for (int row = 0; row < Rows; row++)
            sample.Add(Projects[row % 7], random.Next(9), Any(Ids, random), (1, Any(Ids, random)));
        var order = new RowOrder();
        var compressor = new BlockCompressor();
        var compressed = new CompressedBlock();

        long allocated = Allocations.DuringSteadyState(() =>
        {
            order.TrySort(sample.Key);
            compressor.Compress(sample.Block, compressed, order);
        });

        Assert.Equal(0, allocated);
    }

    private static string Any(string[] texts, Random random) => texts[random.Next(texts.Length)];

    /// <summary>A block with a column of each type that tables are sorted by.</summary>
    private sealed class KeyedBlock
    {
        private readonly LowCardinalityColumn _project = new();
        private readonly FixedColumn<long> _time = new("Int64");
        private readonly StringColumn _id = new();
        private readonly FixedColumn<sbyte> _kind = new("Int8");
        private readonly StringColumn _other = new();
        private readonly List<(byte[] Project, long Time, byte[] Id, sbyte Kind, byte[] Other)> _rows = [];

        public KeyedBlock()
        {
            Block = new NativeBlock()
                .Add("project", _project).Add("time", _time).Add("id", _id)
                .Add("kind", _kind).Add("other", _other);
            Key = [_project, _time, _id, _kind, _other];
        }

        public NativeBlock Block { get; }

        public Column[] Key { get; }

        public void Add(string project, long time, string id, (sbyte Kind, string Id) other)
        {
            _rows.Add((
                Encoding.UTF8.GetBytes(project), time, Encoding.UTF8.GetBytes(id), other.Kind,
                Encoding.UTF8.GetBytes(other.Id)));
            _project.Add(_rows[^1].Project);
            _time.Add(time);
            _id.Add(_rows[^1].Id);
            _kind.Add(other.Kind);
            _other.Add(_rows[^1].Other);
        }

        public int CompareNaively(int left, int right)
        {
            int[] parts =
            [
                _rows[left].Project.AsSpan().SequenceCompareTo(_rows[right].Project),
                _rows[left].Time.CompareTo(_rows[right].Time),
                _rows[left].Id.AsSpan().SequenceCompareTo(_rows[right].Id),
                _rows[left].Kind.CompareTo(_rows[right].Kind),
                _rows[left].Other.AsSpan().SequenceCompareTo(_rows[right].Other),
                left.CompareTo(right),
            ];
            return parts.FirstOrDefault(part => part != 0);
        }
    }
}
