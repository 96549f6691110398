using System.Net;
using Attribution.Bench.Load;
using Attribution.Bench.Sending;
using Attribution.Bench.Servers;
using Attribution.Faults.Processes;
using Attribution.Simulator;

namespace Attribution.Bench.Starts;

/// <summary>What is started, how often, and on what. Immutable.</summary>
internal sealed record StartSettings
{
    /// <summary>Journeys have some 4.3 events a person.</summary>
    private const double EventsPerPerson = 4.3;

    /// <summary>Data folder; prepared where it does not exist yet.</summary>
    public required string Folder { get; init; }
    public required int Persons { get; init; }
    public required int Rounds { get; init; }

    /// <summary>Of the engine, besides folder and ports.</summary>
    public required string EngineOptions { get; init; }

    /// <summary>By name: null for the engine beside this program, or another build's library.</summary>
    public required IReadOnlyList<(string Name, string? Library)> Builds { get; init; }

    public long Events => (long)(Persons * EventsPerPerson);
}

/// <summary>
/// Prepares a data folder and starts engines on it, one after the other: each build once after a kill and
/// once after a stop of its own, in every round. Owned by one command.
/// </summary>
internal sealed class StartRun(StartSettings settings) : IAsyncDisposable
{
    private const int Connections = 8;
    private const int BatchEvents = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly FixedPorts _ports = FixedPorts.Choose();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private EngineChild? _engine;

    /// <summary>Sends a simulated stream into an engine on the empty folder, and stops it.</summary>
    /// <exception cref="IOException">The engine fails.</exception>
    public async Task PrepareAsync(Action<string> say, CancellationToken cancel)
    {
        if (Directory.Exists(settings.Folder))
            return;
        await StartAsync(settings.Builds[0].Library, cancel);
        using var run = new SimulationRun(new SimulationSettings
        {
            World = new SimulatorOptions { Events = settings.Events, Seed = 1, End = DateTimeOffset.UtcNow },
            Engine = _ports.EngineUrl,
            BatchEvents = BatchEvents,
            Connections = Connections,
            Rate = 0,
            Key = null,
        });
        Task sending = run.RunAsync(cancel);
        while (!sending.IsCompleted)
        {
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(5), cancel));
            say($"preparing: {run.Answered:N0} of {settings.Events:N0} events");
        }

        await sending;
        await EndAsync("TERM", cancel);
    }

    /// <summary>Each start is told as soon as it is measured.</summary>
    /// <exception cref="IOException">An engine fails.</exception>
    public async Task<IReadOnlyList<StartSample>> RunAsync(
        Action<StartSample> measured, CancellationToken cancel)
    {
        // Whoever ran last, no build finds a snapshot of its own before its first start.
        await StartAsync(settings.Builds[0].Library, cancel);
        await EndAsync("KILL", cancel);
        var samples = new List<StartSample>();
        for (int round = 1; round <= settings.Rounds; round++)
        {
            foreach ((string name, string? library) in settings.Builds)
            {
                foreach ((string after, string end) in (IReadOnlyList<(string, string)>)
                    [("kill", "TERM"), ("stop", "KILL")])
                {
                    StartSample sample = await MeasureAsync(library, cancel) with
                    {
                        Round = round,
                        Build = name,
                        After = after,
                    };
                    samples.Add(sample);
                    measured(sample);
                    await EndAsync(end, cancel);
                }
            }
        }

        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        await ClickHouseChildren.KillAllAsync(settings.Folder);
        _http.Dispose();
    }

    private async Task<StartSample> MeasureAsync(string? library, CancellationToken cancel)
    {
        EngineChild engine = await StartAsync(library, cancel);
        await WholeAsync(engine, cancel);
        double cpu = ProcessCpu.Of([engine.Id]).Total.TotalSeconds;
        double clickHouseCpu = ProcessCpu.Of(ClickHouseChildren.Of(settings.Folder)).Total.TotalSeconds;
        (long events, Dictionary<string, double> stages) = StartSample.Read(engine.Output);
        return new StartSample
        {
            Round = 0,
            Build = "",
            After = "",
            ReadySeconds = engine.ReadyAfter!.Value.TotalSeconds,
            WholeSeconds = engine.WholeAfter!.Value.TotalSeconds,
            CpuSeconds = cpu,
            ClickHouseCpuSeconds = clickHouseCpu,
            Events = events,
            Persons = await PersonsAsync(cancel),
            Stages = stages,
        };
    }

    /// <summary>
    /// As soon as they stay the same for two seconds: what the journal gives back is still on its way through
    /// the stages when the engine is ready.
    /// </summary>
    private async Task<long> PersonsAsync(CancellationToken cancel)
    {
        const int MaxLooks = 400;
        const int SameLooks = 40;
        long persons = -1;
        int same = 0;
        for (int look = 0; look < MaxLooks && (same < SameLooks || persons == 0); look++)
        {
            string metrics = await _http.GetStringAsync(new Uri(_ports.EngineUrl, "metrics"), cancel);
            long now = (long)(EngineMetrics.Parse(metrics).Persons ?? 0);
            same = now == persons ? same + 1 : 0;
            persons = now;
            await Task.Delay(Poll, cancel);
        }

        return persons;
    }

    private async Task<EngineChild> StartAsync(string? library, CancellationToken cancel)
    {
        _engine = new EngineChild(
            $"--data \"{settings.Folder}\" {settings.EngineOptions} {_ports.Arguments}", library);
        if (!await _engine.WaitUntilReadyAsync(Patience, cancel))
            throw new IOException($"The engine was not ready. It said:\n{_engine.Output}");
        using HttpResponseMessage ready =
            await _http.GetAsync(new Uri(_ports.EngineUrl, "readyz"), cancel);
        return ready.StatusCode == HttpStatusCode.OK
            ? _engine
            : throw new IOException($"/readyz answered {(int)ready.StatusCode} after the start.");
    }

    private static async Task WholeAsync(EngineChild engine, CancellationToken cancel)
    {
        if (!await engine.WaitUntilWholeAsync(Patience, cancel))
            throw new IOException($"Attribution did not get its state. The engine said:\n{engine.Output}");
    }

    /// <summary>Ends it and its ClickHouse, for which the next start would wait.</summary>
    private async Task EndAsync(string signal, CancellationToken cancel)
    {
        await WholeAsync(_engine!, cancel);
        if (signal == "TERM")
            await DrainedAsync(cancel);
        _engine!.Signal(signal);
        await _engine.Exited.WaitAsync(Patience, cancel);
        while (ClickHouseChildren.Of(settings.Folder).Length > 0)
            await Task.Delay(Poll, cancel);
        await _engine.DisposeAsync();
        _engine = null;
    }

    private async Task DrainedAsync(CancellationToken cancel)
    {
        while (true)
        {
            string text = await _http.GetStringAsync(new Uri(_ports.EngineUrl, "metrics"), cancel);
            EngineMetrics metrics = EngineMetrics.Parse(text);
            if ((metrics.RingFill ?? 0) == 0 && (metrics.SinkLagSeconds ?? 0) == 0)
                return;
            await Task.Delay(Poll, cancel);
        }
    }
}
