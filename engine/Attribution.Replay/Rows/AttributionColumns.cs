using Attribution.ClickHouse.Native;

namespace Attribution.Replay.Rows;

/// <summary>
/// The columns of <c>attributions</c> in one Native block, filled row by row in steps: header, touches, end.
/// Owned by one thread at a time.
/// </summary>
public sealed class AttributionColumns : IAttributionRow
{
    private const int RowOverheadBytes = 128;
    private const int TouchOverheadBytes = 36;

    private readonly byte[] _configHash;
    private readonly NativeBlock _block;
    private readonly LowCardinalityColumn _project;
    private readonly StringColumn _conversionId;
    private readonly LowCardinalityColumn _conversionType;
    private readonly FixedColumn<long> _conversionTime;
    private readonly LowCardinalityColumn _model;
    private readonly LowCardinalityColumn _config;
    private readonly FixedColumn<ulong> _version;
    private readonly FixedColumn<ulong> _person;
    private readonly StringColumn _userId;
    private readonly FixedColumn<long> _revenue;
    private readonly LowCardinalityColumn _currency;
    private readonly ArrayColumn<StringColumn> _touches;
    private readonly ArrayColumn<FixedColumn<long>> _touchTimes;
    private readonly ArrayColumn<LowCardinalityColumn> _touchTypes;
    private readonly ArrayColumn<LowCardinalityColumn> _channels;
    private readonly ArrayColumn<LowCardinalityColumn> _sources;
    private readonly ArrayColumn<LowCardinalityColumn> _mediums;
    private readonly ArrayColumn<LowCardinalityColumn> _campaigns;
    private readonly ArrayColumn<FixedColumn<uint>> _credits;
    private readonly ArrayColumn<FixedColumn<long>> _creditValues;
    private readonly StringColumn _evidence;
    private long _openRowBytes;

    /// <param name="block">Gets the columns; rows are added by this class only.</param>
    /// <param name="configHash">Stands on every row.</param>
    public AttributionColumns(NativeBlock block, byte[] configHash)
    {
        _block = block;
        _configHash = configHash;
        _project = LowCardinality("project");
        _conversionId = Text("conversion_id");
        _conversionType = LowCardinality("conversion_type");
        _conversionTime = Millis("conversion_time");
        _model = LowCardinality("model");
        _config = LowCardinality("config");
        _version = UInt64("version");
        _person = UInt64("person");
        _userId = Text("user_id");
        _revenue = Column("revenue", new FixedColumn<long>(TypeNames.Money));
        _currency = LowCardinality("currency");
        _touches = Array("touches", new StringColumn());
        _touchTimes = Array("touch_times", new FixedColumn<long>(TypeNames.Millis));
        _touchTypes = Array("touch_types", new LowCardinalityColumn());
        _channels = Array("channels", new LowCardinalityColumn());
        _sources = Array("sources", new LowCardinalityColumn());
        _mediums = Array("mediums", new LowCardinalityColumn());
        _campaigns = Array("campaigns", new LowCardinalityColumn());
        _credits = Array("credits", new FixedColumn<uint>("UInt32"));
        _creditValues = Array("credit_values", new FixedColumn<long>(TypeNames.Money));
        _evidence = Text("evidence");
    }

    public NativeBlock Block => _block;

    /// <summary>Uncompressed size of the row ended last, estimated from above.</summary>
    public long RowBytes { get; private set; }

    /// <summary>What an undeliverable row is filed under.</summary>
    public LowCardinalityColumn Project => _project;
    public FixedColumn<long> ConversionTime => _conversionTime;

    /// <summary>Most of what a row takes, unlike its other texts.</summary>
    public void ExpectEvidence(int bytes) => _evidence.Expect(rows: 0, bytes);

    /// <summary>The columns that the table is sorted by.</summary>
    public Column[] SortingKey => [_project, _conversionTime, _conversionId, _config, _model];

    public void Header(scoped in AttributionHeader header)
    {
        _project.Add(header.Project);
        _conversionId.Add(header.ConversionId);
        _conversionType.Add(header.ConversionType);
        _conversionTime.Add(header.ConversionMillis);
        _model.Add(header.Model);
        _config.Add(_configHash);
        _version.Add(header.Version);
        _person.Add(header.Person);
        _userId.Add(header.UserId);
        _revenue.Add(header.RevenueTenThousandths);
        _currency.AddCurrency(header.Currency);
        _openRowBytes = RowOverheadBytes + header.Project.Length + header.ConversionId.Length
            + header.ConversionType.Length + header.Model.Length + header.UserId.Length;
    }

    public void Touch(scoped in CreditedTouch touch)
    {
        _touches.Items.Add(touch.TouchId);
        _touchTimes.Items.Add(touch.TouchMillis);
        _touchTypes.Items.Add(touch.TouchType);
        _channels.Items.Add(touch.Channel);
        _sources.Items.Add(touch.Source);
        _mediums.Items.Add(touch.Medium);
        _campaigns.Items.Add(touch.Campaign);
        _credits.Items.Add(touch.CreditMillionths);
        _creditValues.Items.Add(touch.ValueTenThousandths);
        _openRowBytes += TouchOverheadBytes + touch.TouchId.Length + touch.TouchType.Length
            + touch.Channel.Length + touch.Source.Length + touch.Medium.Length + touch.Campaign.Length;
    }

    public void End(scoped ReadOnlySpan<byte> evidenceUtf8)
    {
        _touches.EndRow();
        _touchTimes.EndRow();
        _touchTypes.EndRow();
        _channels.EndRow();
        _sources.EndRow();
        _mediums.EndRow();
        _campaigns.EndRow();
        _credits.EndRow();
        _creditValues.EndRow();
        _evidence.Add(evidenceUtf8);
        RowBytes = _openRowBytes + evidenceUtf8.Length;
    }

    private TColumn Column<TColumn>(string name, TColumn column)
        where TColumn : Column
    {
        _block.Add(name, column);
        return column;
    }

    private LowCardinalityColumn LowCardinality(string name) => Column(name, new LowCardinalityColumn());

    private StringColumn Text(string name) => Column(name, new StringColumn());

    private FixedColumn<long> Millis(string name) => Column(name, new FixedColumn<long>(TypeNames.Millis));

    private FixedColumn<ulong> UInt64(string name) => Column(name, new FixedColumn<ulong>("UInt64"));

    private ArrayColumn<TItems> Array<TItems>(string name, TItems items)
        where TItems : Column => Column(name, new ArrayColumn<TItems>(items));
}
