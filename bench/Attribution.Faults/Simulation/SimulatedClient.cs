using System.Buffers;
using System.Globalization;
using System.Text;
using Attribution.Engine;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Faults.Simulation;

/// <summary>
/// Sends the planned events in bodies of its own making, keeps account of every answer, and sends again what
/// was refused or never answered. It outlives the engines it sends to. Used by one thread.
/// </summary>
internal sealed class SimulatedClient(Random random, List<PlannedEvent> plan, PublishedEvents published)
{
    private const int MaxBodyEvents = 12;

    private static readonly Project Project = new("default");

    private readonly List<PlannedEvent> _toSend = [.. plan];
    private readonly List<Request> _requests = [];
    private readonly Stack<EventBatch> _batches = new();

    /// <summary>How often a body repeats an event that was answered already, 0 to 1.</summary>
    public double RepeatRate { get; set; } = 0.05;

    public Action<string> Trace { get; set; } = static _ => { };

    public IReadOnlyList<PlannedEvent> Plan => plan;

    public bool HasToSend => _toSend.Count > 0;

    public bool IsWaiting => _requests.Count > 0;

    private sealed record Request(PlannedEvent[] Events, EventBatch Batch, Task<IngestResult> Answer);

    /// <summary>Posts one body.</summary>
    public void Send(Ingestor ingestor, EventRing ring, SimulatedClock clock)
    {
        PlannedEvent[] events = Take(random.Next(1, MaxBodyEvents + 1));
        EventBatch batch = _batches.TryPop(out EventBatch? used) ? used : new EventBatch();
        batch.Clear();
        var body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Body(events)));
        var context = new IngestContext(Project, new Address(0x1111, 0x2222), clock.NowMillis);

        long before = ring.Cursor;
        Task<IngestResult> answer =
            ingestor.IngestAsync(body, context, batch, CancellationToken.None).AsTask();
        published.Add(batch, before + 1, ring.Cursor);
        foreach (PlannedEvent planned in events)
            planned.Attempts++;
        LearnIds(events, batch);
        Trace(string.Create(
            CultureInfo.InvariantCulture,
            $"client: {before + 1}..{ring.Cursor} = {string.Join(' ', events.Select(e => e.Name))}"));
        _requests.Add(new Request(events, batch, answer));
    }

    /// <summary>Takes the answers of every request: all have been decided.</summary>
    public void TakeAnswers()
    {
        foreach (Request request in _requests)
            Take(request, request.Answer.GetAwaiter().GetResult());
        _requests.Clear();
    }

    /// <summary>Takes the answers that are there without waiting: none of them waits for the disk.</summary>
    public void TakeRefusals()
    {
        for (int at = _requests.Count - 1; at >= 0; at--)
        {
            if (!_requests[at].Answer.IsCompleted)
                continue;
            Take(_requests[at], _requests[at].Answer.Result);
            _requests.RemoveAt(at);
        }
    }

    /// <summary>The engine is gone, and with it the answers.</summary>
    public void LoseAnswers()
    {
        foreach (Request request in _requests)
        {
            foreach (PlannedEvent planned in request.Events)
                SendLater(planned);
        }

        _requests.Clear();
    }

    private PlannedEvent[] Take(int count)
    {
        var events = new List<PlannedEvent>(count);
        for (; count > 0; count--)
        {
            if (random.NextDouble() < RepeatRate)
            {
                events.Add(plan[random.Next(plan.Count)]);
            }
            else if (_toSend.Count > 0)
            {
                // Nearly in order, as several clients would.
                int at = random.Next(Math.Min(6, _toSend.Count));
                events.Add(_toSend[at]);
                _toSend.RemoveAt(at);
            }
        }

        return events.Count > 0 ? [.. events] : [plan[random.Next(plan.Count)]];
    }

    private string Body(PlannedEvent[] events)
    {
        IEnumerable<string> texts = events.Select(planned => planned.Json);
        return random.Next(2) == 0 ? "[" + string.Join(',', texts) + "]" : string.Join('\n', texts);
    }

    private static void LearnIds(PlannedEvent[] events, EventBatch batch)
    {
        int offset = 0;
        for (int at = 0; at < batch.Count; at++)
        {
            EventRecord record = batch.Records[at];
            ReadOnlySpan<byte> bytes = batch.Text.Slice(offset, record.Header.BytesLength);
            offset += bytes.Length;
            if (record.Header.Kind == EventKind.Event)
                events[at].Id = Encoding.UTF8.GetString(record.Field(EventField.EventId, bytes));
        }
    }

    private void Take(Request request, IngestResult result)
    {
        bool isAnswer = result.Status is IngestStatus.Accepted or IngestStatus.NothingValid;
        Trace($"client: {request.Events[0].Name}.. answered {result.Status}");
        for (int at = 0; at < request.Events.Length; at++)
        {
            PlannedEvent planned = request.Events[at];
            if (!isAnswer)
                SendLater(planned);
            else if (request.Batch.Records[at].Header.Kind == EventKind.Event)
                planned.Accepted++;
            else
                planned.Rejected++;
        }

        _batches.Push(request.Batch);
    }

    private void SendLater(PlannedEvent planned)
    {
        if (!planned.IsAnswered && !_toSend.Contains(planned))
            _toSend.Insert(random.Next(_toSend.Count + 1), planned);
    }
}
