using Attribution.Model.Events;
using Attribution.Ring;

namespace Attribution.Engine.Journal;

/// <summary>
/// The ring's first consumer: makes every event durable before any other stage sees it, one sync per batch.
/// Its handler methods run on the processor's thread; everything else is safe for any thread.
/// </summary>
/// <remarks>
/// A batch that cannot be written is tried again in a new segment, for as long as it takes: its events stay
/// in the ring and no later stage sees them. After the first failed sync, or a few failed writes, the waiting
/// requests are refused, and so is every new one, until an attempt succeeds. Refused events may therefore be
/// stored yet, as if their answer had been lost: their ids make the one sent again the same event.
/// </remarks>
public sealed class EventJournal : IBatchHandler, IDurability, IDisposable
{
    /// <summary>
    /// New events end here, so far from the largest number that no sum of a sequence and a count passes it.
    /// </summary>
    internal const long LastSequence = long.MaxValue - (1L << 40);

    private readonly EventRing _ring;
    private readonly JournalOptions _options;
    private readonly IJournalFileSystem _files;
    private readonly SegmentList _segments;
    private readonly JournalWriter _writer;
    private readonly DurabilityGate _gate;
    private readonly ManualResetEventSlim _givenUp = new();
    private Exception? _lastFailure;
    private int _releasing;

    public EventJournal(EventRing ring, RecoveredJournal recovered, JournalOptions options)
    {
        options.Validate();
        _ring = ring;
        _options = options;
        _files = recovered.Files;
        _segments = recovered.Segments;
        _writer = new JournalWriter(recovered, options, Counters);
        Counters.CountRecovery(recovered);
        _gate = new DurabilityGate(recovered.NextSequence - 1, options.Durability == Durability.None);
    }

    /// <summary>Where requests wait.</summary>
    public DurabilityGate Gate => _gate;

    public JournalCounters Counters { get; } = new();

    /// <summary>False while requests are refused because the disk does not take their events.</summary>
    public bool IsWriting => _gate.Failure is null;

    /// <summary>
    /// The segments have reached the limit: no more should be accepted until some are released. Or the
    /// sequences are used up, after 290,000 years at a million a second.
    /// </summary>
    public bool IsFull =>
        (_options.MaxBytes > 0 && TotalBytes + OtherBytes() >= _options.MaxBytes)
        || _ring.Cursor >= LastSequence;

    /// <summary>
    /// Bytes on the same disk that go when segments go, and so count towards the limit; set before the start.
    /// </summary>
    public Func<long> OtherBytes { get; set; } = () => 0;

    /// <inheritdoc/>
    public bool TakesMore => IsWriting && !IsFull;

    /// <summary>Bytes of all segments, preallocated ones included.</summary>
    public long TotalBytes => _segments.TotalBytes;

    /// <summary>The number after the newest segment's, as a start finds it when nothing else is written.
    /// </summary>
    internal long NextNumber => _segments.Snapshot is [.., Segment newest] ? newest.Header.Number + 1 : 1;

    public int SegmentCount => _segments.Snapshot.Length;

    /// <summary>What the file system said last; kept after the journal has recovered.</summary>
    public Exception? LastFailure => Volatile.Read(ref _lastFailure);

    public ValueTask WaitAsync(long sequence, CancellationToken cancel) => _gate.WaitAsync(sequence, cancel);

    /// <summary>
    /// Sequences that the journal held at the start, and that the ring replays, are passed on unwritten.
    /// </summary>
    public void OnBatch(long first, long last)
    {
        for (int failures = 0; !TryWrite(first, last);)
            PauseAfter(++failures);

        _gate.Complete(last);
        Counters.CountBatch(last - first + 1);
    }

    public void OnIdle()
    {
    }

    public void OnStart()
    {
    }

    public void OnStop()
    {
        _writer.Dispose();
        _gate.Fail(_writer.DurableSequence, new JournalException("the engine is stopping"));
    }

    /// <summary>
    /// Stops trying when the disk refuses: the batch in hand fails, and the processor with it. For a shutdown
    /// that must come to an end.
    /// </summary>
    public void GiveUp() => _givenUp.Set();

    /// <summary>
    /// Deletes the segments that hold nothing after this sequence. The newest always stays. A call during
    /// another one returns at once.
    /// </summary>
    /// <returns>False when the disk refused: the same call should be made again.</returns>
    public bool ReleaseUpTo(long sequence)
    {
        if (Interlocked.Exchange(ref _releasing, 1) != 0)
            return false;

        try
        {
            // One at a time, oldest first: neither a refusal nor a power loss in between leaves a hole.
            while (_segments.TryGetReleased(sequence, out Segment released))
            {
                _files.Delete(released.Name);
                _files.SyncDirectory();
                _segments.RemoveOldest();
                Counters.CountRelease();
            }

            return true;
        }
        catch (IOException e)
        {
            RememberFailure(e);
            return false;
        }
        finally
        {
            Volatile.Write(ref _releasing, 0);
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _givenUp.Dispose();
        // The journal took over what the recovery read.
        (_files as IDisposable)?.Dispose();
    }

    private bool TryWrite(long first, long last)
    {
        try
        {
            for (long sequence = Math.Max(first, _writer.NextSequence); sequence <= last; sequence++)
            {
                ref EventRecord record = ref _ring[sequence];
                _writer.Append(sequence, in record.Header, _ring.Bytes(in record));
            }

            _writer.Commit();
            return true;
        }
        catch (IOException e)
        {
            RememberFailure(e);
            _writer.AbandonSegment();
            if (e is SyncFailedException)
            {
                Counters.CountFailedSync();
                Refuse("the disk failed to make events durable");
            }

            return false;
        }
    }

    private void PauseAfter(int failures)
    {
        if (failures >= _options.AttemptsBeforeRefusal)
            Refuse("the journal cannot be written");

        // The first failure may be the segment's alone, so a new one is tried at once.
        TimeSpan pause = TimeSpan.Zero;
        if (failures > 1)
            pause = _options.RetryPause * Math.Pow(2, Math.Min(failures - 2, 30));
        if (pause > _options.LongestRetryPause)
            pause = _options.LongestRetryPause;
        if (_givenUp.Wait(pause))
            throw new JournalException("the journal gave up a batch the disk did not take", _lastFailure!);
    }

    private void Refuse(string reason) =>
        _gate.Fail(_writer.DurableSequence, new JournalException(reason, _lastFailure!));

    private void RememberFailure(IOException e)
    {
        Volatile.Write(ref _lastFailure, e);
        Counters.CountFailure();
    }
}
