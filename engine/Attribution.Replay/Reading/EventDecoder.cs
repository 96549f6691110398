using Attribution.ClickHouse.Native;
using Attribution.Model.Events;

namespace Attribution.Replay.Reading;

/// <summary>
/// Turns the rows of a block into event records, in two steps, so that the rows of other chunks' persons cost
/// little: who, then what. Owned by the reading thread; reads a block until the next one is begun.
/// </summary>
internal sealed class EventDecoder
{
    private readonly EventColumns _columns;
    private readonly byte[] _project;
    private readonly ulong _projectHash;
    private readonly RecordBuilder _builder = new();
    private readonly (ReadColumn Column, EventField Field)[] _texts;
    private int _idCount;
    private int _textCount;
    private FixedReadColumn? _times;
    private FixedReadColumn? _sequences;
    private NullableReadColumn? _revenues;
    private ReadColumn? _currencies;
    private FixedReadColumn? _addresses;

    public EventDecoder(EventColumns columns, byte[] project)
    {
        _columns = columns;
        _project = project;
        _projectHash = EventHash.Project(project);
        _texts = new (ReadColumn, EventField)[columns.Texts.Count];
    }

    public ref EventRecord Record => ref _builder.Record;

    public ReadOnlySpan<byte> Bytes => _builder.Bytes;

    public ulong ProjectHash => _projectHash;

    public void Begin(ReadBlock block)
    {
        _textCount = 0;
        for (int i = 0; i < _texts.Length; i++)
        {
            if (i == EventColumns.IdCount)
                _idCount = _textCount;
            ReadColumn column = block[_columns.Texts[i].Name];
            if (!column.HasOnlyEmptyTexts)
                _texts[_textCount++] = (column, _columns.Texts[i].Field);
        }

        _times = (FixedReadColumn)block["timestamp"];
        _sequences = (FixedReadColumn)block["sequence"];
        _revenues = block.Nullables("revenue");
        _currencies = block["currency"];
        _addresses = _columns.HasAddress ? (FixedReadColumn)block["ip"] : null;
    }

    public long TimeMillis(int row) => _times!.Values<long>()[row];

    public ulong Sequence(int row) => _sequences!.Values<ulong>()[row];

    /// <summary>Begins the record with all that says whose the event is.</summary>
    public void ReadIds(int row)
    {
        _builder.Begin(TimeMillis(row));
        _builder.Add(EventField.Project, _project);
        ReadTexts(row, 0, _idCount);
    }

    /// <summary>Hashes the record's ids, for whoever needs more than the strongest.</summary>
    public void HashIds() => _builder.HashIds(_projectHash);

    /// <summary>Completes the record that <see cref="ReadIds"/> began.</summary>
    public void ReadRest(int row)
    {
        ReadTexts(row, _idCount, _textCount);
        if (!_revenues!.IsNull(row))
            _builder.SetRevenue(((FixedReadColumn)_revenues.Items).Values<long>()[row]);
        _builder.SetCurrency(_currencies!.GetBytes(row));
        if (_addresses is not null)
        {
            IPv6 address = _addresses.Values<IPv6>()[row];
            _builder.SetAddress(address.First, address.Last);
        }

        _builder.EndHashed();
    }

    private void ReadTexts(int row, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<byte> text = _texts[i].Column.GetBytes(row);
            if (!text.IsEmpty)
                _builder.Add(_texts[i].Field, text);
        }
    }
}
