using System.Diagnostics;
using Attribution.ClickHouse.Native;
using Attribution.Model.Events;
using Attribution.Replay.Reading;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Turns the rows of a block of stored events into records. Owned by the reading thread; reads a block until
/// the next one is begun.
/// </summary>
internal sealed class StoredEvents(EventColumns columns)
{
    private readonly RecordBuilder _builder = new();
    private readonly (EventField Field, ReadColumn Column)[] _texts =
        new (EventField, ReadColumn)[columns.Texts.Count];
    private readonly List<ulong> _projectHashes = [];
    private LowCardinalityReadColumn? _projects;
    private ReadBlock? _block;
    private int _textCount;
    private int _row;
    private long _busyTicks;

    /// <summary>How long records were made.</summary>
    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, _busyTicks);

    /// <summary>The columns as a SELECT lists them.</summary>
    public string Sql => "project, " + columns.Sql;

    public void Begin(ReadBlock block)
    {
        _block = block;
        _row = 0;
        _projects = block.LowCardinality("project");
        _projectHashes.Clear();
        for (int entry = 0; entry < _projects.Dictionary.RowCount; entry++)
            _projectHashes.Add(EventHash.Project(_projects.Dictionary.GetBytes(entry)));

        _textCount = 0;
        foreach ((string name, EventField field) in columns.Texts)
        {
            if (!block[name].HasOnlyEmptyTexts)
                _texts[_textCount++] = (field, block[name]);
        }
    }

    /// <summary>Adds the next rows of the block to a batch, as far as it has room.</summary>
    /// <returns>False when the block has no row left.</returns>
    public bool TryFill(RestoreBatch batch)
    {
        long started = Stopwatch.GetTimestamp();
        ReadOnlySpan<long> times = _block!.Values<long>("timestamp");
        NullableReadColumn revenues = _block.Nullables("revenue");
        ReadOnlySpan<long> amounts = ((FixedReadColumn)revenues.Items).Values<long>();
        ReadColumn currencies = _block["currency"];
        ReadOnlySpan<IPv6> addresses = columns.HasAddress ? _block.Values<IPv6>("ip") : default;
        ReadOnlySpan<int> projects = _projects!.Indexes;
        for (; _row < _block.RowCount && !batch.IsFull; _row++)
        {
            _builder.Begin(times[_row]);
            _builder.Add(EventField.Project, _projects.GetBytes(_row));
            foreach ((EventField field, ReadColumn column) in _texts.AsSpan(0, _textCount))
            {
                ReadOnlySpan<byte> text = column.GetBytes(_row);
                if (!text.IsEmpty)
                    _builder.Add(field, text);
            }

            if (!revenues.IsNull(_row))
                _builder.SetRevenue(amounts[_row]);
            _builder.SetCurrency(currencies.GetBytes(_row));
            if (!addresses.IsEmpty)
                _builder.SetAddress(addresses[_row].First, addresses[_row].Last);
            _builder.EndHashed();
            _builder.Record.ComputeHashes(_projectHashes[projects[_row]], _builder.Bytes);
            batch.Add(_builder.Record, _builder.Bytes);
        }

        _busyTicks += Stopwatch.GetTimestamp() - started;
        return _row < _block.RowCount;
    }
}
