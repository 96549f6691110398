using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Attribution.Engine.Ingest;
using Attribution.Engine.Journal;
using Microsoft.AspNetCore.Connections;

namespace Attribution.Engine.Api.FastLane;

/// <summary>
/// One connection of the fast lane: takes the requests of each read, waits once until the last of their
/// events is durable, and answers all of them in one write. Allocates nothing per request once it has seen
/// one. Owned by its read loop.
/// </summary>
internal sealed class FastConnection : IDisposable
{
    /// <summary>
    /// How much of a body is left to gather in the pipe before it is looked at: within what Kestrel reads
    /// ahead anyway.
    /// </summary>
    private const int StrideBytes = 64 * 1024;

    private readonly FastLaneMiddleware _lane;
    private readonly PipeReader _input;
    private readonly FastReplies _replies;
    private readonly FastHead _head;
    private readonly OwedAnswers _owed = new();
    private readonly ConnectionWatch _watch;
    private readonly CancellationToken _closed;
    private readonly Address _peer;
    private long _nowMillis;

    /// <summary>
    /// More bytes without which there is nothing to do: what was examined already does not count for a pipe.
    /// </summary>
    private int _neededBytes = 1;

    /// <summary>Of a body that has not come whole.</summary>
    private long _arrivedBytes;

    /// <summary>Of all bodies here, as the budget knows them.</summary>
    private long _heldBytes;

    /// <summary>The request in hand; not null while its answer is not the plain one.</summary>
    private EventBatch? _batch;
    private IngestStart _start;

    public FastConnection(FastLaneMiddleware lane, ConnectionContext connection)
    {
        _lane = lane;
        _input = connection.Transport.Input;
        _head = lane.NewHead();
        _watch = new ConnectionWatch(connection, lane.Services.Edge);
        _replies = new FastReplies(lane, connection.Transport.Output, _watch);
        _closed = connection.ConnectionClosed;
        _peer = Address.From((connection.RemoteEndPoint as IPEndPoint)?.Address);
    }

    /// <summary>What is to be done after the requests of a read. A plain value.</summary>
    private enum Step : byte
    {
        /// <summary>Only inside a read: the next request may lie behind this one.</summary>
        Next,
        Read,

        /// <summary>A request was taken whose answer is not the plain one.</summary>
        Finish,

        /// <summary>Such a request found room after all and is owed the plain answer.</summary>
        Owe,

        /// <summary>The request at the beginning of the pipe did not come in time.</summary>
        RefuseSlowness,
        HandOver,
        End,
    }

    /// <returns>True to hand the connection over, its bytes unread; false when it is at its end.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            var step = Step.Read;
            while (true)
            {
                if (step != Step.Owe)
                    step = Take(await _input.ReadAtLeastAsync(_neededBytes).ConfigureAwait(false));
                if (_owed.Count > 0)
                {
                    // Inline, as another async method would allocate its state.
                    try
                    {
                        await _lane.Ingestor.WaitAsync(_owed.LastSequence, _closed).ConfigureAwait(false);
                        _replies.WritePlain(_owed, _nowMillis);
                    }
                    catch (JournalException)
                    {
                        await _replies.WriteEachAsync(_owed, _closed).ConfigureAwait(false);
                    }

                    _owed.Clear();
                    LetGo();
                    step = step == Step.Owe ? Step.Read : step;
                }

                // Inline as well: under full load it is the usual case.
                if (step == Step.Finish && _start.NeedsRoom)
                    step = Resume(await WaitForRoomAsync().ConfigureAwait(false));
                if (step == Step.Owe)
                    continue;
                if (step == Step.Finish)
                    await FinishAsync().ConfigureAwait(false);
                else if (step == Step.RefuseSlowness)
                    _replies.WriteTooSlow(_watch.Phase);
                if (_replies.ArePending && !await _replies.FlushAsync().ConfigureAwait(false))
                    return false;
                if (step is Step.HandOver or Step.End or Step.RefuseSlowness || _replies.HaveClosed)
                    return step == Step.HandOver && TryHandOver();
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The sender has gone; there is nobody to answer, and its events are in the ring or were never
            // read.
            _replies.CountUnanswered(_owed.Count + (_batch is null ? 0 : 1));
            return false;
        }
    }

    public void Dispose()
    {
        _watch.Dispose();
        LetGo();
        if (_batch is not null)
            _lane.Services.Batches.Return(_batch);
        _batch = null;
    }

    private Step Take(in ReadResult read)
    {
        ReadOnlySequence<byte> rest = read.Buffer;
        Step step = Step.Next;
        _neededBytes = 1;
        if (!rest.IsEmpty)
            _nowMillis = _lane.Ingestor.NowMillis;
        while (step == Step.Next && !rest.IsEmpty && !_owed.IsFull)
            step = TakeOne(ref rest);
        if (step != Step.Finish)
            ReturnBatch();

        if (step == Step.Next)
            step = rest.IsEmpty && (read.IsCompleted || _watch.IsStopping || IsIdleTooLong(read))
                ? Step.End : Step.Read;
        else if (step == Step.Read && (read.IsCompleted || _watch.IsStopping))
            step = Step.HandOver;
        else if (step == Step.Read && read.IsCanceled && IsTooSlow())
            step = Step.RefuseSlowness;

        bool isIncomplete = step == Step.Read && !_owed.IsFull;
        _input.AdvanceTo(rest.Start, isIncomplete ? rest.End : rest.Start);
        return step;
    }

    private Step TakeOne(ref ReadOnlySequence<byte> rest)
    {
        HeadStatus status = _head.Read(rest);
        if (status == HeadStatus.Odd)
            return Step.HandOver;
        if (status == HeadStatus.Incomplete)
            return Await(WaitPhase.Head, missingBytes: 1);

        int length = _head.ContentLength;
        if (length > _lane.Limits.MaxBodyBytes || !_head.TryResolve(_lane.Services.Projects))
            return Step.HandOver;
        _arrivedBytes = Math.Min(rest.Length - _head.Bytes, length);
        if (!TryHold(_arrivedBytes))
            return Step.HandOver;
        if (_arrivedBytes < length)
            return Await(WaitPhase.Body, (int)Math.Min(length - _arrivedBytes, StrideBytes));

        Step step = Ingest(rest.Slice(_head.Bytes, length));
        rest = rest.Slice(_head.Bytes + length);
        _watch.Begin(WaitPhase.Request);
        return step;
    }

    /// <returns>False when all bodies at one time would be too many bytes; the stock lane says so.</returns>
    private bool TryHold(long arrivedBytes)
    {
        long more = _owed.BodyBytes + arrivedBytes - _heldBytes;
        if (!_lane.Services.Bodies.TryTake(more))
            return false;
        _heldBytes += more;
        return true;
    }

    private void LetGo()
    {
        _lane.Services.Bodies.Change(_heldBytes, _owed.BodyBytes);
        _heldBytes = _owed.BodyBytes;
    }

    private Step Await(WaitPhase phase, int missingBytes)
    {
        if (_watch.Phase != phase)
            _watch.Begin(phase);
        _neededBytes = missingBytes;
        return Step.Read;
    }

    private Step Ingest(in ReadOnlySequence<byte> body)
    {
        EventBatch batch = _batch ??= _lane.Services.Batches.Rent();
        var context = new IngestContext(_head.Project!, _peer, _nowMillis, _head.Encoding)
        {
            Limits = _lane.Limits,
        };
        _start = _lane.Ingestor.Begin(body, context, batch);
        if (!_start.IsPublished || batch.Rejected > 0 || _watch.IsStopping)
            return Step.Finish;

        _owed.Add(new OwedAnswer(batch.Accepted, _start.LastSequence), (int)body.Length);
        batch.Clear();
        return Step.Next;
    }

    private ValueTask<bool> WaitForRoomAsync()
    {
        HoldBatch();
        return _lane.Ingestor.WaitForRoomAsync(_batch!, _closed);
    }

    private Step Resume(bool hasRoom)
    {
        EventBatch batch = _batch!;
        _start = _lane.Ingestor.AfterWait(_head.Project!, batch, hasRoom);
        if (!_start.IsPublished || batch.Rejected > 0 || _watch.IsStopping)
            return Step.Finish;

        _owed.Add(new OwedAnswer(batch.Accepted, _start.LastSequence), batch.TextBytes);
        ReturnBatch();
        return Step.Owe;
    }

    /// <summary>The body is gone; what was read of it is what a wait holds.</summary>
    private void HoldBatch()
    {
        _lane.Services.Bodies.Change(_heldBytes, _batch!.TextBytes);
        _heldBytes = _batch.TextBytes;
    }

    private async Task FinishAsync()
    {
        EventBatch batch = _batch!;
        HoldBatch();
        IngestResult result = await _lane.Ingestor
            .FinishAsync(_start, _head.Project!, batch, _closed).ConfigureAwait(false);
        _replies.Write(result, batch);
        LetGo();
        ReturnBatch();
    }

    private void ReturnBatch()
    {
        if (_batch is not null)
            _lane.Services.Batches.Return(_batch);
        _batch = null;
    }

    private bool IsIdleTooLong(in ReadResult read) =>
        read.IsCanceled && _watch.Phase == WaitPhase.Request && _watch.IsOverdue;

    private bool IsTooSlow()
    {
        if (!_watch.IsOverdue)
            return false;
        double bodySeconds = _watch.Elapsed.TotalSeconds;
        return _watch.Phase == WaitPhase.Head
            || _arrivedBytes < bodySeconds * _lane.Services.Edge.MinBodyBytesPerSecond;
    }

    /// <summary>
    /// Gives back what a wake may have left behind, so that the stock lane's first read is its own.
    /// </summary>
    private bool TryHandOver()
    {
        _watch.Dispose();
        if (_input.TryRead(out ReadResult read))
            _input.AdvanceTo(read.Buffer.Start);
        return true;
    }
}
