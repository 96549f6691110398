using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Sink.Support;

/// <summary>
/// A sink with one writer over a given transport, a clock that stands still and a folder of its own.
/// Owned by one test, whose thread is the writer's.
/// </summary>
internal sealed class SinkTest : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen; only a failing test waits that long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("attribution-sink-").FullName;

    /// <param name="spill">Where blocks are spilled; null for a sink that never does.</param>
    public SinkTest(
        IInsertTransport transport, SinkOptions? options = null, int writers = 1,
        IJournalFileSystem? spill = null)
    {
        Pipeline = new SinkPipeline(options ?? QuickRetry, transport, new SinkSetup
        {
            Writers = writers,
            ConfigHash = "c0ffee",
            IdentityRules = "c0ffee",
            LastResortPath = LastResortPath,
            Clock = Clock,
            SpillFiles = spill,
            WatermarkAdvanced = watermark =>
            {
                Announced.Add(watermark);
                return Announced.Count > Refusals;
            },
        });
    }

    public static SinkOptions QuickRetry { get; } = new()
    {
        MaxBatchAge = TimeSpan.FromMilliseconds(500),
        RetryBaseDelay = TimeSpan.FromMilliseconds(1),
        RetryMaxDelay = TimeSpan.FromMilliseconds(4),
    };

    public ManualClock Clock { get; } = new();

    public SinkPipeline Pipeline { get; }

    public ShardWriter Writer => Pipeline.Writer(0);

    /// <summary>How many of the first calls leave something to do.</summary>
    public int Refusals { get; set; }

    /// <summary>Every watermark the sink called out, in order.</summary>
    public List<long> Announced { get; } = [];

    public string LastResortPath => Path.Combine(_folder, "dead-letters.ndjson");

    public void WriteEvent(long sequence, string? eventId = null, long timestampMillis = SampleEvent.Noon)
    {
        var sample = new SampleEvent(eventId ?? $"event-{sequence}");
        EventRecord record = sample.At(timestampMillis).ToRecord(out byte[] eventBytes);
        Writer.WriteEvent(in record, eventBytes, sequence);
    }

    /// <exception cref="TimeoutException">
    /// Something did not land; the message says what ClickHouse said.
    /// </exception>
    public async Task DrainAsync()
    {
        try
        {
            await Pipeline.DrainAsync(CancellationToken.None).WaitAsync(Patience);
        }
        catch (TimeoutException error)
        {
            SinkStats stats = Pipeline.Stats;
            TableStats[] tables = [stats.Events, stats.Attributions, stats.Identities, stats.DeadLetters];
            string errors = string.Join(
                '\n', tables.Select(static table => $"{table.Table}: {table.LastError}"));
            throw new TimeoutException($"The sink was not drained.\n{errors}", error);
        }
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(1, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
