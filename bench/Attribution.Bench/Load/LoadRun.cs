using System.Diagnostics;
using Attribution.Bench.Sending;

namespace Attribution.Bench.Load;

/// <summary>
/// Puts a load on the engine, at one rate or at several after one another, and measures it from outside. Its
/// counts may be read by any thread while it runs.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    private readonly LoadSettings _settings;
    private readonly LoadGenerator _generator;
    private readonly HttpClient _client;
    private readonly LagWatch _lag;
    private readonly VisibleProbe? _probe;
    private LoadPart? _part;
    private double _secondsDone;
    private double _phaseSeconds;
    private long _phaseBegan;
    private Task _probing = Task.CompletedTask;

    public LoadRun(LoadSettings settings)
    {
        _settings = settings;
        _client = EventSender.NewClient(settings.Engine, 1, settings.Key);
        _generator = new LoadGenerator(settings);
        _probe = settings.SamplesVisible ? new VisibleProbe(settings) : null;
        _lag = new LagWatch(
            settings.ClickHouse, settings.Database, () => _generator.Accepted + (_probe?.Answered ?? 0));
    }

    public long Accepted => _generator.Accepted;

    public long Errors => _generator.Errors;

    public LatencyHistogram Latencies => _generator.Latencies;

    /// <summary>The last lag sampled, for showing; null where ClickHouse does not answer.</summary>
    public long? LagEvents => _lag.Last;

    /// <summary>What is going on, for showing.</summary>
    public string Stage { get; private set; } = "starting";

    /// <summary>Of load altogether, the warm-up's with them.</summary>
    public double Seconds => _settings.WarmUpSeconds + (double)Phases * _settings.Seconds;

    /// <summary>Those of <see cref="Seconds"/> that are over; the pauses between phases are none.</summary>
    public double SecondsDone => _secondsDone
        + Math.Min(Stopwatch.GetElapsedTime(_phaseBegan).TotalSeconds, _phaseSeconds);

    private int Phases => _settings.Steps.Count + (_settings.Rate == 0 || _settings.Steps.Count == 0 ? 1 : 0);

    public async Task<LoadResult> RunAsync(CancellationToken cancel)
    {
        await EventSender.RequireEngineAsync(_client, cancel);
        await _lag.BeginAsync(cancel);
        if (_settings.WarmUpSeconds > 0)
        {
            BeginPhase("warming up", _settings.WarmUpSeconds);
            await _generator.RunAsync(
                TimeSpan.FromSeconds(_settings.WarmUpSeconds), _settings.Rate, cancel);
            await _lag.WaitVisibleAsync(cancel);
        }

        using var stopProbe = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        List<LoadStep> steps = await RunStepsAsync(stopProbe.Token, cancel);
        await stopProbe.CancelAsync();
        await _probing;
        return new LoadResult
        {
            BatchEvents = _settings.BatchEvents,
            Connections = _settings.Connections,
            Pipelined = _settings.Pipelined,
            FirstError = _generator.FirstError,
            EventTimeSpeed = _settings.Clock.Speed,
            Steps = steps,
            KneeEventsPerSecond = _settings.Steps.Count < 2
                ? null
                : steps.Max(step => step.IsKept ? step.EventsPerSecond : 0),
            LagAtEndSeconds = _part?.LagAtEnd?.TotalSeconds,
            Visible = _probe?.Result(),
        };
    }

    public void Dispose()
    {
        _client.Dispose();
        _generator.Dispose();
        _probe?.Dispose();
        _lag.Dispose();
    }

    private async Task<List<LoadStep>> RunStepsAsync(CancellationToken stopProbe, CancellationToken cancel)
    {
        var steps = new List<LoadStep>();
        double rate = _settings.Rate;
        bool seeksTop = rate == 0 && _settings.Steps.Count > 0;
        // While the top is sought everything is late on purpose.
        if (!seeksTop)
            _probing = _probe?.RunAsync(stopProbe) ?? _probing;
        if (rate == 0 || _settings.Steps.Count == 0)
            steps.Add(await RunStepAsync(rate, cancel));
        if (seeksTop)
            _probing = _probe?.RunAsync(stopProbe) ?? _probing;
        if (rate == 0)
            rate = steps[0].EventsPerSecond;
        foreach (double share in _settings.Steps)
            steps.Add(await RunStepAsync(share * rate, cancel));
        return steps;
    }

    private async Task<LoadStep> RunStepAsync(double rate, CancellationToken cancel)
    {
        BeginPhase(rate == 0 ? "closed loop" : $"{rate:N0}/s", _settings.Seconds);
        _part = new LoadPart(_settings, _generator, _lag, _client);
        return await _part.RunAsync(rate, cancel);
    }

    private void BeginPhase(string stage, double seconds)
    {
        Stage = stage;
        _secondsDone += _phaseSeconds;
        _phaseBegan = Stopwatch.GetTimestamp();
        _phaseSeconds = seconds;
    }
}
