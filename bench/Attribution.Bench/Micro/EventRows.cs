using System.Text;
using Attribution.ClickHouse.Native;

namespace Attribution.Bench.Micro;

/// <summary>
/// Rows shaped like the table of events, their texts drawn once from a fixed seed. Owned by one benchmark.
/// </summary>
internal sealed class EventRows
{
    private const int Persons = 20_000;
    private const int LowTexts = 13;
    private readonly byte[][] _ids;
    private readonly byte[][] _campaigns = Texts("campaign", 200);
    private readonly byte[][] _sources = Texts("source", 12);
    private readonly byte[][] _agents = Texts("Mozilla/5.0 (Linux; Android 14) Chrome/1", 500);
    private readonly byte[] _url = "https://shop.example.com/products/shoes?utm_source=google"u8.ToArray();
    private readonly byte[] _properties = """{"plan":"pro","screen":"checkout","items":3}"""u8.ToArray();
    private readonly FixedColumn<long>[] _times;
    private readonly StringColumn[] _strings;
    private readonly LowCardinalityColumn[] _low;
    private readonly FixedColumn<IPv6> _ip = new("IPv6");
    private readonly NullableColumn<FixedColumn<long>> _revenue =
        new(new FixedColumn<long>("Decimal(18, 4)"));
    private readonly FixedColumn<ulong> _sequence = new("UInt64");

    public EventRows(int rows)
    {
        _ids = Texts("9f8e7d6c-5b4a-4938-8271-", rows);
        _times = Columns(2, () => new FixedColumn<long>("DateTime64(3, 'UTC')"));
        _strings = Columns(7, () => new StringColumn());
        _low = Columns(LowTexts, () => new LowCardinalityColumn());
        AddAll("time", _times);
        AddAll("text", _strings);
        AddAll("low", _low);
        Block.Add("ip", _ip).Add("revenue", _revenue).Add("sequence", _sequence);
    }

    public NativeBlock Block { get; } = new();

    /// <summary>Replaces the block's rows by those of the next events.</summary>
    public void Fill()
    {
        Block.Clear();
        for (int row = 0; row < _ids.Length; row++)
            AddRow(row);
    }

    private void AddRow(int row)
    {
        uint mixed = (uint)row * 2_654_435_761;
        foreach (FixedColumn<long> time in _times)
            time.Add(1_760_000_000_000 + (row * 4L));

        _strings[0].Add(_ids[row]);
        _strings[1].Add(_ids[mixed % Persons % _ids.Length]);
        _strings[2].Add(_url);
        _strings[3].Add(_properties);
        for (int at = 4; at < _strings.Length; at++)
            _strings[at].Add([]);

        _low[0].Add("default"u8);
        _low[1].Add(_sources[mixed % _sources.Length]);
        _low[2].Add(_campaigns[mixed % _campaigns.Length]);
        _low[3].Add(_agents[mixed % _agents.Length]);
        for (int at = 4; at < LowTexts; at++)
            _low[at].Add(_sources[(mixed >> at) % 3]);

        _ip.Add(new IPv6(0, mixed));
        _revenue.AddNull();
        _sequence.Add((ulong)row);
    }

    private static T[] Columns<T>(int count, Func<T> create) =>
        [.. Enumerable.Range(0, count).Select(_ => create())];

    private static byte[][] Texts(string prefix, int count) =>
        [.. Enumerable.Range(0, count).Select(at => Encoding.UTF8.GetBytes($"{prefix}{at * 7_919L:x12}"))];

    private void AddAll<TColumn>(string name, TColumn[] columns)
        where TColumn : Column
    {
        for (int at = 0; at < columns.Length; at++)
            Block.Add($"{name}{at}", columns[at]);
    }
}
