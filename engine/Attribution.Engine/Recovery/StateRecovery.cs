using System.Diagnostics;
using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Journal;
using Attribution.Ring;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Gives identity and workers back what they knew, from the last stop's snapshot, or from tables and journal
/// while events are taken already, and starts them. Owned by the pipeline; what it says of itself is read by
/// any thread.
/// </summary>
internal sealed class StateRecovery : IAsyncDisposable
{
    private readonly PipelineStart _start;
    private readonly EventRing _ring;
    private readonly StageSet _stages;
    private readonly JournalCatchUp _catchUp;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _stopping = new();
    private bool _isWhole;

    /// <param name="start">What was found.</param>
    /// <param name="ring">The live one, gated by the journal.</param>
    /// <param name="journal">Its processor, which somebody else starts.</param>
    /// <param name="stages">Have seen nothing yet.</param>
    public StateRecovery(PipelineStart start, EventRing ring, BatchProcessor journal, StageSet stages)
    {
        (_start, _ring, _stages) = (start, ring, stages);
        _catchUp = new JournalCatchUp(ring, start.Left, journal.Sequence, stages);
        Live = new RingStages(ring, stages, journal.Sequence);
        Report = new RecoveryReport { LostRecords = start.Left.LostRecords, CutBytes = start.Left.CutBytes };
    }

    /// <summary>Identity and workers behind the live ring; running once all is whole.</summary>
    public RingStages Live { get; }

    /// <summary>
    /// Completes when the stages know all that they knew, and have handled what was accepted meanwhile.
    /// Faults with a <see cref="StartException"/> where that cannot be; cancelled by a stop before.
    /// </summary>
    public Task Whole { get; private set; } = Task.CompletedTask;

    public bool IsWhole => Volatile.Read(ref _isWhole);

    /// <summary>What came back; complete when all is whole.</summary>
    public RecoveryReport Report { get; private set; }

    /// <summary>What that took, beside the start itself.</summary>
    public StartClock Clock { get; } = new();

    /// <summary>Stored events read back so far.</summary>
    public long Restored => _start.Stored.EventsRead;

    /// <summary>Events that the journal holds and that wait for the state.</summary>
    public long Waiting => IsWhole ? 0 : Math.Max(0, _ring.Cursor - _catchUp.Handled);

    /// <summary>How long events have waited at least; 0 where none does.</summary>
    public double WaitedSeconds => Waiting == 0 ? 0 : Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>For people: what attribution waits for; nothing when all is whole.</summary>
    public string Progress => IsWhole ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"attribution waits for the state that ClickHouse holds: {Restored} events read back so far");

    /// <returns>False where a snapshot turned out to be broken; nothing was started then.</returns>
    public async Task<bool> TryLoadAsync()
    {
        if (_start.Snapshot is not { } head)
        {
            _start.Snapshots.Delete();
            return true;
        }

        bool isLoaded = await _start.Snapshots.TryLoadAsync(head, _stages.Identity, _stages.Workers)
            .ConfigureAwait(false);
        // Whatever it was, events are taken from now on that it does not know.
        _start.Snapshots.Delete();
        if (!isLoaded)
            return false;

        Report = Report with
        {
            Links = head.Links,
            LinksOfOtherRules = head.LinksOfOtherRules,
            SnapshotPersons = _stages.Workers.Sum(worker => (long)worker.Journeys.PersonCount),
        };
        return true;
    }

    /// <summary>From here on the journal may take events.</summary>
    public async Task BeginAsync()
    {
        if (_start.Snapshot is null)
            Whole = Task.Run(() => RecoverAsync(_stopping.Token), CancellationToken.None);
        else
            await CatchUpAsync(_stopping.Token).ConfigureAwait(false);
    }

    /// <summary>Ends it where it is; the journal has what is left for the next start.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        // How it ended is told to whoever waits for it.
        await Task.WhenAny(Whole).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>The failures of journal and storage that a start must be prepared for.</summary>
    public static bool IsUnreadable(Exception failure) => failure is JournalException or ClickHouseException
        or HttpRequestException or IOException or UnauthorizedAccessException;

    public static StartException Unreadable(Exception failure) =>
        new($"what earlier runs left cannot be read: {failure.Message}", failure);

    private async Task RecoverAsync(CancellationToken cancel)
    {
        try
        {
            StoredCounts counts = await RestoreAsync(cancel).ConfigureAwait(false);
            Report = Report with
            {
                Links = counts.Links,
                LinksOfOtherRules = counts.LinksOfOtherRules,
                Events = counts.Events,
            };
            await CatchUpAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            // What ends because it is told to may say so in its own way.
            cancel.ThrowIfCancellationRequested();
            throw Unreadable(failure);
        }
    }

    private async Task CatchUpAsync(CancellationToken cancel)
    {
        long replayed = await _catchUp.RunAsync(Live, cancel).ConfigureAwait(false);
        Clock.Done("replay");
        Report = Report with { Replayed = replayed };
        Volatile.Write(ref _isWhole, true);
    }

    /// <remarks>
    /// Its stages keep as many threads of the pool busy, and those of requests must not wait until the pool
    /// finds that out.
    /// </remarks>
    private async Task<StoredCounts> RestoreAsync(CancellationToken cancel)
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(workers + _stages.Workers.Length + 2, completions);
        try
        {
            StoredCounts counts = await _start.Stored
                .RestoreAsync(
                    _stages.Identity, _stages.Workers, _start.Left.Stored,
                    _start.Options.Identity.EventIds, cancel)
                .ConfigureAwait(false);
            Clock.Done("restore");
            Clock.Within("parsing", counts.ParserBusy);
            Clock.Within("identity", counts.IdentityBusy);
            Clock.Within("journeys", counts.WorkersBusy);
            return counts;
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, completions);
        }
    }
}
