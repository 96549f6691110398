using System.Diagnostics;
using Attribution.Engine.Journal;

namespace Attribution.Faults.Processes;

/// <summary>How far a run is. A value.</summary>
public readonly record struct CrashProgress(
    int Kills, PlannedKill Last, long AcknowledgedEvents, TimeSpan Elapsed);

/// <summary>
/// Kills an engine and its ClickHouse under load, again and again, and compares what clients were told with
/// what is stored at the end, by ids. Everything runs in processes of its own; all of them are ended by their
/// id whatever happens. Used once.
/// </summary>
public sealed class CrashRun
{
    private const string BlocksLanded = "attribution_sink_blocks_total";
    private const string BlocksInFlight = "attribution_sink_in_flight";
    private static readonly TimeSpan InsertPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    private static readonly HttpClient Http =
        new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };

    private readonly CrashOptions _options;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<CarriedOutKill> _kills = [];
    private readonly List<double> _clickHouseSeconds = [];

    public CrashRun(CrashOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Kills, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Kills, 1_000);
        _options = options;
    }

    /// <param name="progress">Told after each kill.</param>
    /// <param name="cancel">Ends the run and its processes.</param>
    /// <exception cref="CrashException">The engine does not come back, or does not drain.</exception>
    public async Task<CrashReport> RunAsync(Action<CrashProgress>? progress, CancellationToken cancel)
    {
        string folder = Path.Combine(_options.Folder, "killed");
        var traffic = new CrashTraffic(_options.Seed, _options.EventsPerBatch);
        await using var engine = new CrashEngine(folder, Arguments, _options.Patience);
        await using var senders = new CrashSenders(traffic, engine.Ports.EngineUrl, _options, cancel);
        foreach (PlannedKill kill in KillPlan.Draw(_options.Kills, _options.Seed, _options.EngineOnly))
        {
            await CarryOutAsync(engine, kill, cancel);
            progress?.Invoke(new CrashProgress(_kills.Count, kill, senders.AcknowledgedEvents, Elapsed));
        }

        await engine.WaitUntilReadyAsync(cancel);
        traffic.Close();
        await senders.FinishAsync(_options.Patience, cancel);
        await engine.StopAsync(cancel);
        CrashAudit audit = await StoredEvents.AuditAsync(folder, traffic.Taken, cancel);
        double seconds = Elapsed.TotalSeconds;
        CrashAudit? undisturbed =
            _options.Undisturbed ? await UndisturbedAsync(traffic.Taken.Count, cancel) : null;
        bool mayLose = _options.Durability == Durability.None;
        List<string> problems = CrashVerdict.Problems(audit, senders.Unexpected, mayLose);
        if (undisturbed is not null)
            problems.AddRange(CrashVerdict.Differences(audit, undisturbed));
        return new CrashReport
        {
            Kills = _kills,
            Starts = engine.Starts,
            StartsGivenUp = engine.StartsGivenUp,
            ClickHouseSeconds = _clickHouseSeconds,
            Seconds = seconds,
            Unanswered = senders.Unanswered,
            Refused = senders.Refused,
            Audit = audit,
            Undisturbed = undisturbed,
            Losses = [.. CrashVerdict.Losses(audit, traffic.Taken, _kills)],
            Problems = problems,
        };
    }

    private string Arguments => $"--durability {_options.Durability}";

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    private async Task CarryOutAsync(CrashEngine engine, PlannedKill kill, CancellationToken cancel)
    {
        engine.Start();
        if (kill.Moment == KillMoment.Start)
        {
            TimeSpan rest = (kill.Fraction * engine.LastStart) - engine.Age;
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, cancel);
        }
        else
        {
            await engine.WaitUntilReadyAsync(cancel);
            await Task.Delay(kill.Fraction * _options.LongestWait, cancel);
            if (kill.Moment == KillMoment.Insert)
                await WaitForInsertAsync(engine, kill.Target, cancel);
        }

        _kills.Add(new CarriedOutKill
        {
            Target = kill.Target,
            Moment = kill.Moment,
            At = Stopwatch.GetTimestamp(),
            Seconds = Elapsed.TotalSeconds,
        });
        await engine.KillAsync(kill);
        if (kill.Target == KillTarget.ClickHouse && kill.Moment != KillMoment.Start)
            await MeasureClickHouseAsync(engine, kill, cancel);
    }

    /// <summary>
    /// An engine dies right after an insert landed, when the journal still holds its events; a ClickHouse
    /// while it is given one.
    /// </summary>
    private static async Task WaitForInsertAsync(
        CrashEngine engine, KillTarget target, CancellationToken cancel)
    {
        double landed = await engine.ReadAsync(BlocksLanded, cancel);
        await (target == KillTarget.Engine
            ? engine.WaitForAsync(BlocksLanded, now => now > landed, InsertPatience, cancel)
            : engine.WaitForAsync(BlocksInFlight, now => now > 0, InsertPatience, cancel));
    }

    /// <summary>
    /// Waits for the killed ClickHouse half of the time; otherwise the next kill meets an engine without one.
    /// </summary>
    private async Task MeasureClickHouseAsync(
        CrashEngine engine, PlannedKill kill, CancellationToken cancel)
    {
        if (kill.ClickHouseFirst)
            return;
        long killed = Stopwatch.GetTimestamp();
        var ping = new Uri(engine.Ports.ClickHouseUrl, "ping");
        while (!await AnswersAsync(ping, cancel))
        {
            if (Stopwatch.GetElapsedTime(killed) > _options.Patience)
                throw new CrashException(
                    $"ClickHouse did not come back within {_options.Patience.TotalSeconds:0} s.");
            await engine.ReviveAsync();
            await Task.Delay(PollInterval, cancel);
        }

        _clickHouseSeconds.Add(Stopwatch.GetElapsedTime(killed).TotalSeconds);
    }

    private static async Task<bool> AnswersAsync(Uri ping, CancellationToken cancel)
    {
        try
        {
            return await Http.GetStringAsync(ping, cancel) == "Ok.\n";
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The same batches, sent to an engine of its own.</summary>
    private async Task<CrashAudit> UndisturbedAsync(int batches, CancellationToken cancel)
    {
        string folder = Path.Combine(_options.Folder, "undisturbed");
        var traffic = new CrashTraffic(_options.Seed, _options.EventsPerBatch, batches);
        await using var engine = new CrashEngine(folder, Arguments, _options.Patience);
        await engine.WaitUntilReadyAsync(cancel);
        await using var senders = new CrashSenders(
            traffic, engine.Ports.EngineUrl, _options with { EventsPerSecond = int.MaxValue }, cancel);
        await senders.FinishAsync(Timeout.InfiniteTimeSpan, cancel);
        await engine.StopAsync(cancel);
        return await StoredEvents.AuditAsync(folder, traffic.Taken, cancel);
    }
}
