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
    }

    /// <inheritdoc/>
    public override (string Name, FixedColumn<long> Times) TimeColumn => ("timestamp", _timestamp);

    public void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes, long sequence)
    {
        ref readonly EventHeader header = ref record.Header;
        AddIdentity(in record, eventBytes);
        AddOrigin(in record, eventBytes);

        _timestamp.Add(header.TimestampMillis);
        _receivedAt.Add(header.ReceivedMillis);
        AddNullable(_sentAt, header.SentMillis, (header.Flags & EventFlags.HasSentAt) != 0);
        AddNullable(_revenue, header.RevenueTenThousandths, (header.Flags & EventFlags.HasRevenue) != 0);
        _currency.AddCurrency(header.Currency);
        _ip.Add(new IPv6(header.IpHigh, header.IpLow));
        _properties.Add(record.Field(EventField.Properties, eventBytes));
        _sequence.Add((ulong)sequence);
        EndRow(sequence, header.ReceivedMillis, eventBytes.Length + RowOverheadBytes);
    }

    public override void CopyKeyTo(int row, DeadLettersBlock letters) =>
        letters.CopyKey(row, _project, _receivedAt);

    public override long SequenceAt(int row) => (long)_sequence.Values[row];

    public override SinkBlock NewScratch() => new EventsBlock();

    private void AddIdentity(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        _project.Add(record.Field(EventField.Project, eventBytes));
        _eventId.Add(record.Field(EventField.EventId, eventBytes));
        _type.Add(record.Field(EventField.Type, eventBytes));
        _userId.Add(record.Field(EventField.UserId, eventBytes));
        _anonymousId.Add(record.Field(EventField.AnonymousId, eventBytes));
        _deviceId.Add(record.Field(EventField.DeviceId, eventBytes));
    }

    private void AddOrigin(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        _installReferrer.Add(record.Field(EventField.InstallReferrer, eventBytes));
        _source.Add(record.Field(EventField.Source, eventBytes));
        _medium.Add(record.Field(EventField.Medium, eventBytes));
        _campaign.Add(record.Field(EventField.Campaign, eventBytes));
        _term.Add(record.Field(EventField.Term, eventBytes));
        _content.Add(record.Field(EventField.Content, eventBytes));
        _clickId.Add(record.Field(EventField.ClickId, eventBytes));
        _clickIdType.Add(record.Field(EventField.ClickIdType, eventBytes));
        _url.Add(record.Field(EventField.Url, eventBytes));
        _referrer.Add(record.Field(EventField.Referrer, eventBytes));
        _userAgent.Add(record.Field(EventField.UserAgent, eventBytes));
        _country.Add(record.Field(EventField.Country, eventBytes));
    }

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
