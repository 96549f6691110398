using System.Buffers;
using System.Runtime.CompilerServices;
using Attribution.Engine.Journal;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// Takes a body from its bytes to durable events in the ring; knows nothing of HTTP beyond that, so that
/// every lane can call it. Called by all requests at once, each with a batch of its own.
/// </summary>
public sealed class Ingestor
{
    private const int MaxClaimBytes = 1024 * 1024;

    private readonly EventRing _ring;
    private readonly IDurability _durability;
    private readonly IngestOptions _options;
    private readonly IngestMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly int _maxClaimEvents;
    private readonly int _maxClaimBytes;
    private volatile bool _isClosed;

    /// <summary>Needs a ring whose arena holds an event of every size.</summary>
    public Ingestor(
        EventRing ring, IDurability durability, IngestMetrics metrics, IngestOptions options,
        TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ring.ArenaBytes, EventRecord.MaxBytes);
        (_ring, _durability, _options, _metrics, _clock) = (ring, durability, options, metrics, clock);
        // An eighth: several bodies can be in flight, and consumers free room in steps of a claim.
        _maxClaimEvents = Math.Max(1, ring.Slots / 8);
        _maxClaimBytes = Math.Max(EventRecord.MaxBytes, Math.Min(MaxClaimBytes, ring.ArenaBytes / 8));
    }

    /// <summary>The engine's clock, for <see cref="IngestContext.ReceivedMillis"/>.</summary>
    public long NowMillis => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>From now on every body is refused with <see cref="IngestStatus.Closed"/>.</summary>
    public void Close() => _isClosed = true;

    /// <param name="body">Not used any more when the call returns, which is before its result is
    /// there.</param>
    /// <param name="context">The request.</param>
    /// <param name="batch">Empty; holds the outcome's counts and errors until it is cleared.</param>
    /// <param name="cancel">Stops waiting; events already in the ring stay there.</param>
    public ValueTask<IngestResult> IngestAsync(
        in ReadOnlySequence<byte> body, in IngestContext context, EventBatch batch,
        CancellationToken cancel) =>
        FinishAsync(Begin(body, context, batch), context.Project, batch, cancel);

    /// <summary>
    /// Does what can be done without waiting, which for almost every body is all but making it durable.
    /// <see cref="FinishAsync"/> does the rest; of events that are <see cref="IngestStart.IsPublished"/> a
    /// caller may instead wait for the sequence itself.
    /// </summary>
    /// <param name="body">Not used any more when the call returns.</param>
    /// <param name="context">The request.</param>
    /// <param name="batch">Empty; holds the outcome's counts and errors until it is cleared.</param>
    public IngestStart Begin(in ReadOnlySequence<byte> body, in IngestContext context, EventBatch batch)
    {
        if (_isClosed)
            return IngestStart.Decided(new IngestResult(IngestStatus.Closed));
        if (!_durability.TakesMore)
            return IngestStart.Decided(Refused(IngestStatus.DiskFull));

        BodyError error = batch.Decoder.Decode(body, context, out ReadOnlySpan<byte> bytes);
        if (error == BodyError.None)
            error = BatchReader.Read(bytes, context, batch);

        _metrics.Read(body.Length, error);
        if (error != BodyError.None)
            return IngestStart.Decided(new IngestResult(IngestStatus.BodyRefused, error));
        if (batch.Count == 0)
            return IngestStart.Decided(new IngestResult(IngestStatus.Accepted));

        Project project = context.Project;
        if (project.Quota is null || project.Quota.TryTake(batch.Count, out int retryAfterSeconds))
            return TryPublishAtOnce(project, batch);
        project.Counts.Refused(batch.Count);
        return IngestStart.Decided(
            new IngestResult(IngestStatus.OverQuota, RetryAfterSeconds: retryAfterSeconds));
    }

    /// <summary>Waits for whatever a body that was begun still needs: room, and to be durable.</summary>
    public ValueTask<IngestResult> FinishAsync(
        in IngestStart start, Project project, EventBatch batch, CancellationToken cancel)
    {
        if (start.IsDecided)
            return new ValueTask<IngestResult>(start.Result);
        return start.IsPublished
            ? WhenDurableAsync(start.LastSequence, batch, cancel) : PublishAsync(project, batch, cancel);
    }

    /// <summary>
    /// Waits for the room of a body that was begun and neither decided nor published: the first step of
    /// <see cref="FinishAsync"/>, for a caller that waits in a method of its own. <see cref="AfterWait"/>
    /// follows.
    /// </summary>
    public ValueTask<bool> WaitForRoomAsync(EventBatch batch, CancellationToken cancel)
    {
        var whole = new Chunk(First: 0, Count: 0, TextOffset: 0, Bytes: 0);
        _ = TryTakeChunk(batch, ref whole);
        _metrics.WaitedForRoom();
        return _ring.WaitForRoomAsync(whole.Count, whole.Bytes, _options.RoomTimeout, cancel);
    }

    /// <param name="project">The request's.</param>
    /// <param name="batch">Its events.</param>
    /// <param name="hasRoom">What the wait gave.</param>
    public IngestStart AfterWait(Project project, EventBatch batch, bool hasRoom)
    {
        if (hasRoom)
            return TryPublishAtOnce(project, batch);
        project.Quota?.Return(batch.Count);
        return IngestStart.Decided(Refused(IngestStatus.RingFull));
    }

    /// <inheritdoc cref="IDurability.WaitAsync"/>
    public ValueTask WaitAsync(long sequence, CancellationToken cancel) =>
        _durability.WaitAsync(sequence, cancel);

    private IngestStart TryPublishAtOnce(Project project, EventBatch batch)
    {
        var whole = new Chunk(First: 0, Count: 0, TextOffset: 0, Bytes: 0);
        _ = TryTakeChunk(batch, ref whole);
        if (whole.Count < batch.Count || !_ring.TryClaim(whole.Count, whole.Bytes, out EventClaim claim))
            return default;

        Publish(batch, whole, claim);
        Count(project, batch);
        return IngestStart.Published(claim.Last);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IngestResult> PublishAsync(
        Project project, EventBatch batch, CancellationToken cancel)
    {
        long started = _clock.GetTimestamp();
        var next = new Chunk(First: 0, Count: 0, TextOffset: 0, Bytes: 0);
        long last = 0;
        while (TryTakeChunk(batch, ref next))
        {
            EventClaim claim;
            while (!_ring.TryClaim(next.Count, next.Bytes, out claim))
            {
                _metrics.WaitedForRoom();
                TimeSpan left = _options.RoomTimeout - _clock.GetElapsedTime(started);
                if (left <= TimeSpan.Zero
                    || !await _ring.WaitForRoomAsync(next.Count, next.Bytes, left, cancel)
                        .ConfigureAwait(false))
                {
                    if (next.First == 0)
                        project.Quota?.Return(batch.Count);
                    return Refused(IngestStatus.RingFull);
                }
            }

            Publish(batch, next, claim);
            last = claim.Last;
        }

        Count(project, batch);
        return await WhenDurableAsync(last, batch, cancel).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IngestResult> WhenDurableAsync(
        long last, EventBatch batch, CancellationToken cancel)
    {
        try
        {
            await _durability.WaitAsync(last, cancel).ConfigureAwait(false);
        }
        catch (JournalException)
        {
            return new IngestResult(IngestStatus.NotDurable);
        }

        return new IngestResult(batch.Accepted > 0 ? IngestStatus.Accepted : IngestStatus.NothingValid);
    }

    private void Count(Project project, EventBatch batch)
    {
        _metrics.Published(batch);
        project.Counts.Published(batch.Count);
    }

    private bool TryTakeChunk(EventBatch batch, ref Chunk chunk)
    {
        int first = chunk.First + chunk.Count;
        if (first == batch.Count)
            return false;

        ReadOnlySpan<EventRecord> records = batch.Records[first..];
        int count = 0;
        int bytes = 0;
        while (count < records.Length && count < _maxClaimEvents
            && bytes + records[count].Header.BytesLength <= _maxClaimBytes)
        {
            bytes += records[count].Header.BytesLength;
            count++;
        }

        chunk = new Chunk(first, count, chunk.TextOffset + chunk.Bytes, bytes);
        return true;
    }

    private void Publish(EventBatch batch, in Chunk chunk, in EventClaim claim)
    {
        batch.Text.Slice(chunk.TextOffset, chunk.Bytes).CopyTo(_ring.ClaimBytes(claim));

        long arenaOffset = claim.ArenaOffset;
        long sequence = claim.First;
        foreach (ref readonly EventRecord record in batch.Records.Slice(chunk.First, chunk.Count))
        {
            ref EventRecord slot = ref _ring[sequence++];
            slot = record;
            slot.ArenaOffset = arenaOffset;
            arenaOffset += record.Header.BytesLength;
        }

        _ring.Publish(claim);
    }

    private IngestResult Refused(IngestStatus status)
    {
        _metrics.RefusedForRoom();
        return new IngestResult(status);
    }

    /// <summary>Events of a batch that are claimed together.</summary>
    private readonly record struct Chunk(int First, int Count, int TextOffset, int Bytes);
}
