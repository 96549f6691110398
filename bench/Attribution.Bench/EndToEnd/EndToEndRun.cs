using Attribution.Bench.Crash;
using Attribution.Bench.Load;
using Attribution.Bench.Servers;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;

namespace Attribution.Bench.EndToEnd;

/// <summary>How long, how often and with what. Immutable.</summary>
internal sealed record EndToEndSettings
{
    public required TimeSpan Stream { get; init; }
    public required TimeSpan Alone { get; init; }
    public required TimeSpan WarmUp { get; init; }
    public required int Rounds { get; init; }
    public required int InsertsInFlight { get; init; }
    public required long PreparedEvents { get; init; }
    public required int Connections { get; init; }
    public required string EngineOptions { get; init; }
}

/// <summary>
/// The stream from a request until it is visible in the embedded ClickHouse, in turn with ClickHouse alone
/// that takes the same rows prepared in advance. Owned by its command.
/// </summary>
internal sealed class EndToEndRun(EndToEndSettings settings, Action<string> say)
{
    /// <summary>What a round spends on waiting, more or less.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    private readonly EventClock _clock = EventClock.Over(
        (2 * (settings.WarmUp + Rest)) + (settings.Rounds * (settings.Stream + settings.Alone + Rest)),
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private long _acknowledged;

    public async Task<EndToEndResult> RunAsync(CancellationToken cancel)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"attribution-bench-{Guid.NewGuid():N}");
        try
        {
            await using EmbeddedClickHouse alone = await EmbeddedClickHouse.StartAsync(
                new EmbeddedOptions { DataFolder = folder, HttpPort = 0, TcpPort = 0 }, cancel);
            var server = new ClickHouseOptions { Endpoint = alone.Endpoint };
            (IReadOnlyList<CapturedInsert> inserts, long events) = await PrepareAsync(alone.Endpoint, cancel);
            using var replay = new BlockReplay(server, inserts, events, settings.InsertsInFlight);
            return await CompareAsync(alone, replay, (inserts, events), cancel);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Lets an engine send its blocks through a proxy that keeps them.</summary>
    private async Task<(IReadOnlyList<CapturedInsert> Inserts, long Events)> PrepareAsync(
        Uri clickHouse, CancellationToken cancel)
    {
        say($"preparing {settings.PreparedEvents:N0} events as the engine's own blocks");
        await using CaptureProxy proxy = await CaptureProxy.StartAsync(clickHouse, cancel);
        string options = $"--clickhouse {proxy.Address} {settings.EngineOptions}".Trim();
        await using MeasuredServer engine = await MeasuredServer.StartAsync(
            ServerPlan.Engine("engine", library: null, options.Split(' '), cpus: null), cancel);
        using var generator = new LoadGenerator(Load(engine, clickHouse, 1));
        while (generator.Accepted < settings.PreparedEvents)
        {
            // A busy machine's engine may have no room for a moment; one that takes nothing has failed.
            long before = generator.Accepted;
            await generator.RunAsync(TimeSpan.FromSeconds(1), eventsPerSecond: 0, cancel);
            if (generator.Accepted == before)
                throw new IOException($"Preparing failed: {generator.FirstError}");
        }

        await engine.SettleAsync(cancel);
        return (proxy.Inserts, generator.Accepted);
    }

    private async Task<EndToEndResult> CompareAsync(
        EmbeddedClickHouse alone, BlockReplay replay,
        (IReadOnlyList<CapturedInsert> Inserts, long Events) prepared, CancellationToken cancel)
    {
        string[] options = settings.EngineOptions.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using MeasuredServer engine = await MeasuredServer.StartAsync(
            ServerPlan.Engine("engine", library: null, options, cpus: null), cancel);
        say("warming up");
        await StreamAsync(engine, settings.WarmUp, cancel);
        await replay.RunAsync(settings.WarmUp, cancel);
        var rounds = new List<EndToEndRound>();
        for (int round = 1; round <= settings.Rounds; round++)
        {
            say($"round {round} of {settings.Rounds}");
            rounds.Add(await RoundAsync(engine, alone, replay, cancel));
            say(Line(rounds[^1]));
        }

        say("counting ids");
        (long rows, long ids) = await StoredAsync(engine.ClickHouse!, cancel);
        return new EndToEndResult
        {
            EngineOptions = settings.EngineOptions,
            InsertsInFlight = settings.InsertsInFlight,
            PreparedEvents = prepared.Events,
            PreparedInserts = prepared.Inserts.Count,
            PreparedBytes = prepared.Inserts.Sum(insert => (long)insert.Block.Length),
            Rounds = rounds,
            Ratio = Spread.Of(rounds.Select(round => round.Ratio)),
            Acknowledged = _acknowledged,
            StoredRows = rows,
            StoredIds = ids,
        };
    }

    private async Task<EndToEndRound> RoundAsync(
        MeasuredServer engine, EmbeddedClickHouse alone, BlockReplay replay, CancellationToken cancel)
    {
        await engine.QuietAsync(cancel);
        (ProcessCpu own, ProcessCpu clickHouse) = (engine.Cpu(), engine.ClickHouseCpu());
        LoadResult load = await StreamAsync(engine, settings.Stream, cancel);
        (own, clickHouse) = (engine.Cpu() - own, engine.ClickHouseCpu() - clickHouse);
        LoadStep step = load.Steps[0];
        double seconds = step.Seconds + (load.LagAtEndSeconds ?? double.PositiveInfinity);
        await engine.QuietAsync(cancel);

        ProcessCpu before = ProcessCpu.Of([alone.ProcessId]);
        (long aloneEvents, double aloneSeconds) = await replay.RunAsync(settings.Alone, cancel);
        TimeSpan aloneCpu = (ProcessCpu.Of([alone.ProcessId]) - before).Total;
        return new EndToEndRound
        {
            StreamEvents = step.Events,
            StreamSeconds = seconds,
            StreamEventsPerSecond = step.Events / seconds,
            AloneEvents = aloneEvents,
            AloneSeconds = aloneSeconds,
            AloneEventsPerSecond = aloneEvents / aloneSeconds,
            Ratio = step.Events / seconds / (aloneEvents / aloneSeconds),
            EngineCpuMicrosPerEvent = own.Total.TotalMicroseconds / Math.Max(1, step.Events),
            ClickHouseCpuMicrosPerEvent = clickHouse.Total.TotalMicroseconds / Math.Max(1, step.Events),
            AloneCpuMicrosPerEvent = aloneCpu.TotalMicroseconds / Math.Max(1, aloneEvents),
            LagOfThirds = EndToEndRound.ThirdsOf(step.Course),
            Load = step,
        };
    }

    private async Task<LoadResult> StreamAsync(
        MeasuredServer engine, TimeSpan length, CancellationToken cancel)
    {
        using var run = new LoadRun(Load(engine, engine.ClickHouse!, (int)Math.Ceiling(length.TotalSeconds)));
        LoadResult result = await run.RunAsync(cancel);
        _acknowledged += run.Accepted;
        return result;
    }

    private LoadSettings Load(MeasuredServer engine, Uri clickHouse, int seconds) => new()
    {
        Engine = engine.Url,
        ClickHouse = clickHouse,
        Database = "attribution",
        Key = null,
        Seconds = seconds,
        BatchEvents = 100,
        Connections = settings.Connections,
        Pipelined = 1,
        Rate = 0,
        Persons = 1_000_000,
        Clock = _clock,
    };

    private static async Task<(long Rows, long Ids)> StoredAsync(Uri clickHouse, CancellationToken cancel)
    {
        using var counter = new EventCounter(clickHouse, "attribution");
        long rows = await counter.EventsAsync(cancel);
        return (rows, await counter.IdsAsync(rows, cancel));
    }

    private static string Line(EndToEndRound round) =>
        $"  stream {round.StreamEventsPerSecond:N0}/s ({round.EngineCpuMicrosPerEvent:0.00} µs engine, "
        + $"{round.ClickHouseCpuMicrosPerEvent:0.00} µs ClickHouse an event), ClickHouse alone "
        + $"{round.AloneEventsPerSecond:N0}/s ({round.AloneCpuMicrosPerEvent:0.00} µs): {round.Ratio:P1}; "
        + $"p99 {round.Load.AnswerP99Millis:0.0} ms, behind {string.Join(" ", round.LagOfThirds)}, "
        + $"errors {round.Load.Errors}";
}
