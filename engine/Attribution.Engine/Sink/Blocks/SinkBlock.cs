using Attribution.ClickHouse.Native;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Sink.Blocks;

/// <summary>
/// Rows of one table and one partition that go to ClickHouse as one insert, with what the sink must know
/// of them. Filled by its writer's thread, then owned by one sender until <see cref="Release"/>; the
/// sequences are read by any.
/// </summary>
internal abstract class SinkBlock(string table)
{
    private FixedColumn<ulong>? _ids;
    private long _firstSequence = long.MaxValue;
    private long _oldestReceivedMillis = long.MaxValue;
    private int _isFree = 1;

    public string Table { get; } = table;

    /// <summary>The columns, named as in the table.</summary>
    public NativeBlock Native { get; } = new();

    /// <summary>What the sink must know of each row that is no column of the table; often nothing.</summary>
    public NativeBlock Beside { get; } = new();

    /// <summary>The columns that the table is sorted by, as its ORDER BY names them.</summary>
    public IReadOnlyList<Column> SortingKey { get; private set; } = [];

    /// <summary>Which of the pipeline's writers fills it; part of the deduplication token.</summary>
    public int WriterIndex { get; init; }

    /// <summary>Counts how many more blocks its set may have sealed; null for a scratch block.</summary>
    public SemaphoreSlim? SealedRoom { get; set; }

    /// <summary>The month of every row.</summary>
    public MonthPartition Month { get; private set; }

    /// <summary>
    /// How many blocks the writer opened before; makes each token the only one of its kind.
    /// </summary>
    public long Ordinal { get; private set; }

    /// <summary>When the first row came, in the clock's timestamp ticks.</summary>
    public long OpenedTimestamp { get; private set; }

    public int RowCount { get; private set; }

    /// <summary>
    /// Uncompressed size, estimated from above: texts of LowCardinality columns count once per row.
    /// </summary>
    public long Bytes { get; private set; }

    public long LastSequence { get; private set; }

    /// <summary>
    /// The smallest sequence held and not yet durable; <see cref="long.MaxValue"/> where there is none.
    /// </summary>
    public long FirstSequence => Volatile.Read(ref _firstSequence);

    /// <summary>
    /// When the oldest event behind these rows was received; <see cref="long.MaxValue"/> where there is
    /// none.
    /// </summary>
    public long OldestReceivedMillis => Volatile.Read(ref _oldestReceivedMillis);

    public bool IsFree => Volatile.Read(ref _isFree) == 1;

    /// <summary>The column of times that the table is kept by; empty until there are rows.</summary>
    public abstract (string Name, FixedColumn<long> Times) TimeColumn { get; }

    /// <summary>Gives what an undeliverable row is filed under: its project and time.</summary>
    public abstract void CopyKeyTo(int row, DeadLettersBlock letters);

    /// <summary>The sequence of the event that a row came from.</summary>
    public abstract long SequenceAt(int row);

    /// <summary>An empty block of the same table, to copy rows into.</summary>
    public abstract SinkBlock NewScratch();

    public void Open(MonthPartition month, long ordinal, long timestamp)
    {
        Month = month;
        Ordinal = ordinal;
        OpenedTimestamp = timestamp;
        Volatile.Write(ref _isFree, 0);
    }

    /// <summary>
    /// Tells the columns how large a block gets. Of texts, each column is ready for a quarter of all, and
    /// doubles where it holds more: the collector counts what is taken towards a container's limit, touched
    /// or not, so it must stay near what full blocks need.
    /// </summary>
    public virtual void Expect(SinkOptions options)
    {
        Native.Expect(options.MaxBatchRows, options.MaxBatchBytes / 4);
        Beside.Expect(options.MaxBatchRows, 0);
    }

    /// <summary>
    /// Writes the insert's id on every row. Called before the first attempt: the id follows from what the
    /// block holds, which nobody knows until it is sealed.
    /// </summary>
    public void Mark(ulong id) => _ids!.Fill(id, Native.RowCount);

    /// <summary>Counts the rows that were put into a scratch block column by column.</summary>
    public void Loaded() => RowCount = Native.RowCount;

    /// <summary>Forgets the rows, which are durable now, and gives the block back to its writer.</summary>
    public void Release()
    {
        Forget();
        SealedRoom?.Release();
    }

    /// <summary>Forgets the rows, which somebody else holds now; the block never was sealed.</summary>
    public void Forget()
    {
        Native.Clear();
        Beside.Clear();
        RowCount = 0;
        Bytes = 0;
        LastSequence = 0;
        Volatile.Write(ref _oldestReceivedMillis, long.MaxValue);
        Volatile.Write(ref _firstSequence, long.MaxValue);
        Volatile.Write(ref _isFree, 1);
    }

    /// <summary>Counts a row whose columns are all filled.</summary>
    protected void EndRow(long sequence, long receivedMillis, long bytes)
    {
        if (sequence < _firstSequence)
            Volatile.Write(ref _firstSequence, sequence);
        if (receivedMillis < _oldestReceivedMillis)
            Volatile.Write(ref _oldestReceivedMillis, receivedMillis);
        LastSequence = Math.Max(LastSequence, sequence);
        RowCount++;
        Bytes += bytes;
    }

    /// <summary>
    /// The last column of every table, whose rows <see cref="Mark"/> fills; called after all others.
    /// </summary>
    protected void AddIds() => _ids = UInt64("block");

    protected void SortBy(params Column[] key) => SortingKey = key;

    protected TColumn Column<TColumn>(string name, TColumn column)
        where TColumn : Column
    {
        Native.Add(name, column);
        return column;
    }

    protected LowCardinalityColumn LowCardinality(string name) => Column(name, new LowCardinalityColumn());

    protected StringColumn Text(string name) => Column(name, new StringColumn());

    protected FixedColumn<long> Millis(string name) => Column(name, new FixedColumn<long>(TypeNames.Millis));

    protected FixedColumn<ulong> UInt64(string name) => Column(name, new FixedColumn<ulong>("UInt64"));
}
