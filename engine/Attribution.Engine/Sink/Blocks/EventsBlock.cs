using Attribution.ClickHouse.Native;
using Attribution.Model.Events;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Sink.Blocks;

/// <summary>Rows of <c>events</c>, filled from slots. Owned as every <see cref="SinkBlock"/>.</summary>
internal sealed class EventsBlock : SinkBlock
{
    /// <summary>
    /// What a row takes besides its texts: fixed columns, lengths of texts, keys of LowCardinality.
    /// </summary>
    private const int RowOverheadBytes = 96;

    private readonly LowCardinalityColumn _project;
    private readonly StringColumn _eventId;
    private readonly LowCardinalityColumn _type;
    private readonly FixedColumn<long> _timestamp;
    private readonly FixedColumn<long> _receivedAt;
    private readonly NullableColumn<FixedColumn<long>> _sentAt;
    private readonly StringColumn _userId;
    private readonly StringColumn _anonymousId;
    private readonly StringColumn _deviceId;
    private readonly StringColumn _installReferrer;
    private readonly LowCardinalityColumn _source;
    private readonly LowCardinalityColumn _medium;
    private readonly LowCardinalityColumn _campaign;
    private readonly LowCardinalityColumn _term;
    private readonly LowCardinalityColumn _content;
    private readonly StringColumn _clickId;
    private readonly LowCardinalityColumn _clickIdType;
    private readonly StringColumn _url;
    private readonly StringColumn _referrer;
    private readonly FixedColumn<IPv6> _ip;
    private readonly LowCardinalityColumn _userAgent;
    private readonly LowCardinalityColumn _country;
    private readonly NullableColumn<FixedColumn<long>> _revenue;
    private readonly LowCardinalityColumn _currency;
    private readonly StringColumn _properties;
    private readonly FixedColumn<ulong> _sequence;

    public EventsBlock()
        : base("events")
    {
        _project = LowCardinality("project");
        _eventId = Text("event_id");
        _type = LowCardinality("type");
        _timestamp = Millis("timestamp");
        _receivedAt = Millis("received_at");
        _sentAt = NullableInt64("sent_at", TypeNames.Millis);
        _userId = Text("user_id");
        _anonymousId = Text("anonymous_id");
        _deviceId = Text("device_id");
        _installReferrer = Text("install_referrer");
        _source = LowCardinality("source");
        _medium = LowCardinality("medium");
        _campaign = LowCardinality("campaign");
        _term = LowCardinality("term");
        _content = LowCardinality("content");
        _clickId = Text("click_id");
        _clickIdType = LowCardinality("click_id_type");
        _url = Text("url");
        _referrer = Text("referrer");
        _ip = Column("ip", new FixedColumn<IPv6>("IPv6"));
        _userAgent = LowCardinality("user_agent");
        _country = LowCardinality("country");
        _revenue = NullableInt64("revenue", TypeNames.Money);
        _currency = LowCardinality("currency");
        _properties = Text("properties");
        _sequence = UInt64("sequence");
        AddIds();
        SortBy(_project, _timestamp, _eventId);
    }

    /// <inheritdoc/>
    public override (string Name, FixedColumn<long> Times) TimeColumn => ("timestamp", _timestamp);

    /// <inheritdoc/>
    public override void Expect(SinkOptions options)
    {
        base.Expect(options);
        // The longest text that almost every event has.
        _url.Expect(rows: 0, options.MaxBatchBytes / 2);
    }

    public void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        ref readonly EventHeader header = ref record.Header;
        AddIdentity(in header.Fields, eventBytes);
        AddOrigin(in header.Fields, eventBytes);

        _timestamp.Add(header.TimestampMillis);
        _receivedAt.Add(header.ReceivedMillis);
        AddNullable(_sentAt, header.SentMillis, (header.Flags & EventFlags.HasSentAt) != 0);
        AddNullable(_revenue, header.RevenueTenThousandths, (header.Flags & EventFlags.HasRevenue) != 0);
        _currency.AddCurrency(header.Currency);
        _ip.Add(new IPv6(header.IpHigh, header.IpLow));
        _properties.Add(Cut(header.Fields[(int)EventField.Properties], eventBytes));
        _sequence.Add((ulong)sequence);
        EndRow(sequence, header.ReceivedMillis, eventBytes.Length + RowOverheadBytes);
    }

    public override void CopyKeyTo(int row, DeadLettersBlock letters) =>
        letters.CopyKey(row, _project, _receivedAt);

    public override long SequenceAt(int row) => (long)_sequence.Values[row];

    public override SinkBlock NewScratch() => new EventsBlock();

    private void AddIdentity(in FieldTable fields, ReadOnlySpan<byte> eventBytes)
    {
        _project.Add(Cut(fields[(int)EventField.Project], eventBytes));
        _eventId.Add(Cut(fields[(int)EventField.EventId], eventBytes));
        _type.Add(Cut(fields[(int)EventField.Type], eventBytes));
        _userId.Add(Cut(fields[(int)EventField.UserId], eventBytes));
        _anonymousId.Add(Cut(fields[(int)EventField.AnonymousId], eventBytes));
        _deviceId.Add(Cut(fields[(int)EventField.DeviceId], eventBytes));
    }

    private void AddOrigin(in FieldTable fields, ReadOnlySpan<byte> eventBytes)
    {
        _installReferrer.Add(Cut(fields[(int)EventField.InstallReferrer], eventBytes));
        _source.Add(Cut(fields[(int)EventField.Source], eventBytes));
        _medium.Add(Cut(fields[(int)EventField.Medium], eventBytes));
        _campaign.Add(Cut(fields[(int)EventField.Campaign], eventBytes));
        _term.Add(Cut(fields[(int)EventField.Term], eventBytes));
        _content.Add(Cut(fields[(int)EventField.Content], eventBytes));
        _clickId.Add(Cut(fields[(int)EventField.ClickId], eventBytes));
        _clickIdType.Add(Cut(fields[(int)EventField.ClickIdType], eventBytes));
        _url.Add(Cut(fields[(int)EventField.Url], eventBytes));
        _referrer.Add(Cut(fields[(int)EventField.Referrer], eventBytes));
        _userAgent.Add(Cut(fields[(int)EventField.UserAgent], eventBytes));
        _country.Add(Cut(fields[(int)EventField.Country], eventBytes));
    }

    /// <summary>
    /// A field's text, cut out in line: a row has nineteen of them (EventsBlockBenchmarks).
    /// </summary>
    private static ReadOnlySpan<byte> Cut(FieldSlice slice, ReadOnlySpan<byte> eventBytes) =>
        eventBytes.Slice(slice.Offset, slice.Length);

    private NullableColumn<FixedColumn<long>> NullableInt64(string name, string typeName) =>
        Column(name, new NullableColumn<FixedColumn<long>>(new FixedColumn<long>(typeName)));

    private static void AddNullable(NullableColumn<FixedColumn<long>> column, long value, bool isPresent)
    {
        if (!isPresent)
        {
            column.AddNull();
            return;
        }

        column.Items.Add(value);
        column.Added();
    }
}
