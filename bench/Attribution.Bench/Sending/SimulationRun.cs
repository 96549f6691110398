using System.Diagnostics;
using System.Threading.Channels;
using Attribution.Bench.Load;
using Attribution.Simulator;
using Attribution.Simulator.Streaming;
using Attribution.Simulator.Truths;

namespace Attribution.Bench.Sending;

/// <summary>How a simulated world is sent. Immutable.</summary>
internal sealed record SimulationSettings
{
    public required SimulatorOptions World { get; init; }
    public required Uri Engine { get; init; }
    public required int BatchEvents { get; init; }
    public required int Connections { get; init; }

    /// <summary>Events per second; 0 for as many as the engine takes.</summary>
    public required int Rate { get; init; }
    public required string? Key { get; init; }
}

/// <summary>
/// Sends one simulated world: one task fills bodies, one per connection sends them, with two bodies per
/// connection between them. Its counts may be read by any thread while it runs.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    private readonly SimulationSettings _settings;
    private readonly EventStream _stream;
    private readonly HttpClient _client;
    private readonly EventSender[] _senders;
    private readonly Channel<EventBody> _filled;
    private readonly Channel<EventBody> _free;
    private long _accepted;
    private long _rejected;
    private long _lost;
    private long _retries;

    public SimulationRun(SimulationSettings settings)
    {
        _settings = settings;
        _stream = new EventStream(settings.World);
        _client = EventSender.NewClient(settings.Engine, settings.Connections, settings.Key);
        _senders = [.. Enumerable.Range(0, settings.Connections).Select(_ => new EventSender(_client))];
        int bodies = settings.Connections * 2;
        _filled = Channel.CreateBounded<EventBody>(bodies);
        _free = Channel.CreateBounded<EventBody>(bodies);
        for (int i = 0; i < bodies; i++)
            _free.Writer.TryWrite(new EventBody());
    }

    public Truth Truth => _stream.Truth;
    public long Accepted => Interlocked.Read(ref _accepted);
    public long Rejected => Interlocked.Read(ref _rejected);
    public long Lost => Interlocked.Read(ref _lost);
    public long Retries => Interlocked.Read(ref _retries);
    public long Answered => Accepted + Rejected + Lost;

    /// <summary>The first reason why events were rejected or lost.</summary>
    public string FirstError { get; private set; } = "";

    /// <summary>Why some batch is being sent again at the moment; null where none is.</summary>
    public string? Problem => _senders.Select(s => s.Problem).FirstOrDefault(p => p is not null);

    public LatencyHistogram Latencies => LatencyHistogram.Sum(_senders.Select(s => s.Latencies));

    /// <summary>Ends when every event was answered or given up.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await EventSender.RequireEngineAsync(_client, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] tasks =
        [
            Task.Run(() => FillAsync(stop.Token), stop.Token),
            .. _senders.Select(sender => Task.Run(() => SendAsync(sender, stop.Token), stop.Token)),
        ];

        // One that fails stops the others, which would wait for it for ever.
        await foreach (Task ended in Task.WhenEach(tasks))
        {
            if (!ended.IsCompletedSuccessfully)
                await stop.CancelAsync();
        }

        await Task.WhenAll(tasks);
    }

    public void Dispose() => _client.Dispose();

    private async Task FillAsync(CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        long filled = 0;
        bool isMore = true;
        while (isMore)
        {
            EventBody body = await _free.Reader.ReadAsync(cancel);
            body.Clear();
            while (body.Count < _settings.BatchEvents && (isMore = _stream.TryAppendTo(body)))
            {
            }

            if (body.Count == 0)
                break;
            await PaceAsync(started, filled, cancel);
            filled += body.Count;
            await _filled.Writer.WriteAsync(body, cancel);
        }

        _filled.Writer.Complete();
    }

    private async Task PaceAsync(long started, long filled, CancellationToken cancel)
    {
        if (_settings.Rate == 0)
            return;
        TimeSpan due = TimeSpan.FromSeconds((double)filled / _settings.Rate);
        TimeSpan early = due - Stopwatch.GetElapsedTime(started);
        if (early > TimeSpan.FromMilliseconds(1))
            await Task.Delay(early, cancel);
    }

    private async Task SendAsync(EventSender sender, CancellationToken cancel)
    {
        await foreach (EventBody body in _filled.Reader.ReadAllAsync(cancel))
        {
            SendOutcome outcome = await sender.SendAsync(body, cancel);
            Interlocked.Add(ref _accepted, outcome.Accepted);
            Interlocked.Add(ref _rejected, outcome.Rejected);
            Interlocked.Add(ref _lost, outcome.Lost);
            Interlocked.Add(ref _retries, outcome.Retries);
            if (outcome.Error.Length > 0 && FirstError.Length == 0)
                FirstError = outcome.Error;
            _free.Writer.TryWrite(body);
        }
    }
}
