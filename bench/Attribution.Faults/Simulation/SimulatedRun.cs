using System.Globalization;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink.Spill;
using Attribution.Faults.ClickHouse;
using Attribution.Model.Configs;

namespace Attribution.Faults.Simulation;

/// <summary>
/// A whole engine behind its HTTP layer, with its disk, its ClickHouse, its clock and its clients, lived
/// through step by step on one thread as a seed decides: crashes and all. Used once.
/// </summary>
/// <remarks>
/// Faults are bounded, and a run ends with a time in which nothing fails: everything must then come to an
/// end. What is checked there and on the way is said by <see cref="SimulationVerdict"/> and
/// <see cref="OnWatermark"/>.
/// </remarks>
public sealed class SimulatedRun : IDisposable
{
    /// <summary>Rounds of the time without faults; many times what any run needs.</summary>
    private const int MaxDrainRounds = 2_000;

    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly Durability _durability;
    private readonly SimulatedClock _clock = new();
    private readonly SimulatedDisk _disk;
    private readonly SimulatedClickHouse _clickHouse;
    private readonly PublishedEvents _published = new();
    private readonly SimulatedClient _client;
    private readonly EngineGround _ground;
    private readonly List<string> _failures = [];
    private readonly SimulatedLosses _losses = new();
    private SimulatedEngine? _engine;
    private int _steps;
    private int _faultsLeft;
    private int _starts;
    private bool _isPowerLossNext;
    private WatermarkCheck? _watermarks;
    private SimulationEffort _effort = new();

    private SimulatedRun(SimulationOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _durability = options.Durability ?? (Durability)Math.Max(0, _random.Next(-5, 3));
        _disk = new SimulatedDisk(_random) { Trace = Trace };
        _clickHouse = new SimulatedClickHouse(_random, _clock) { Trace = Trace };
        List<PlannedEvent> plan = new EventPlan(_random, _clock.NowMillis).Make(_random.Next(20, 120));
        _client = new SimulatedClient(_random, plan, _published) { Trace = Trace };
        _faultsLeft = options.HasFaults ? _random.Next(0, 12) : 0;
        _ground = new EngineGround
        {
            Random = _random,
            Clock = _clock,
            Files = options.Disk(_disk.Files),
            ClickHouse = _clickHouse,
            Transport = options.Transport(_clickHouse),
            Stored = options.Stored(new SimulatedStoredState(_clickHouse)),
            Journal = EngineSizes.Journal(_random, _durability),
            Sink = EngineSizes.Sink(_random),
            Spill = _disk.Spill,
            Config = _random.Next(4) == 0 ? AttributionConfig.Mmp : AttributionConfig.Web,
            Shards = _random.Next(1, 4),
            WatermarkAdvanced = OnWatermark,
            WriterWaits = OnWriterWaits,
        };
    }

    /// <summary>Lives through one seed. Equal options give equal results, and equal traces.</summary>
    public static SimulationResult Execute(SimulationOptions options)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            using var run = new SimulatedRun(options);
            return run.Execute();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public void Dispose()
    {
        _engine?.Dispose();
        _clickHouse.Dispose();
    }

    private SimulationResult Execute()
    {
        int lost = 0;
        try
        {
            for (int steps = _random.Next(100, 700); steps > 0; steps--)
                Step();
            Drain();
            if (_random.Next(4) == 0)
            {
                // What a start makes of a journal that was closed must change nothing.
                Stop(_engine!);
                Drain();
            }

            lost = Judge();
        }
        catch (Exception bug)
        {
            _failures.Add(bug.ToString());
        }

        foreach (string failure in _failures)
            Trace("FAILED " + failure);
        return new SimulationResult
        {
            Seed = _options.Seed,
            Durability = _durability,
            Failures = _failures,
            Events = _client.Plan.Count,
            Starts = _starts,
            PowerLosses = _losses.PowerLosses,
            Lost = lost,
            Effort = _effort with { SpillsReadTwice = _disk.SpillsReadTwice },
        };
    }

    private void Step()
    {
        _steps++;
        try
        {
            if (_engine is null)
                Start();
            else
                Step(_engine);
        }
        catch (CrashException)
        {
            // The engine died in a call to the disk; so it may in a task of the sink, which keeps that.
        }
        catch (JournalException refused)
        {
            Trace("engine: ends: " + refused.Message);
            Crash(hasPowerLoss: false);
        }
        catch (OperationCanceledException) when (_engine?.Parts.Log.Fault is not null)
        {
            // A writer found that the sink has stopped.
        }

        if (_disk.HasCrashed)
            Crash(_isPowerLossNext);
        else if (_engine?.Parts.Log.Fault is { } fault)
            EndBy(fault);
    }

    private void Step(SimulatedEngine engine)
    {
        if (!engine.IsWhole && _random.Next(6) == 0)
            Trace("engine: recovery " + engine.TryRecover(mayHold: _random.Next(3) == 0));
        switch (_random.Next(100))
        {
            case < 16:
                if (_client.HasToSend || _random.Next(8) == 0)
                    Send(engine);
                break;
            case < 30:
                Write(engine);
                break;
            case < 44:
                engine.TryIdentify(_random.Next(1, 8));
                break;
            case < 60:
                engine.TryWork(_random.Next(_ground.Shards), _random.Next(1, 8));
                break;
            case < 76:
                engine.StepSink(_random.Next(1, 6));
                break;
            case < 86:
                _clickHouse.TryAnswer();
                break;
            case < 97:
                engine.PassTime();
                break;
            default:
                if (_faultsLeft-- > 0)
                    Fault(engine);
                break;
        }
    }

    private void Start()
    {
        _starts++;
        try
        {
            _engine = new SimulatedEngine(_ground);
            _watermarks = new WatermarkCheck(_clickHouse, _engine.Parts);
            Trace($"engine: starts at {_engine.Parts.FirstSequence}");
        }
        catch (JournalException refused)
        {
            Trace("engine: does not start: " + refused.Message);
            _engine?.Dispose();
            _engine = null;
        }
    }

    private void Send(SimulatedEngine engine)
    {
        _client.Send(engine.Parts.Ingestor, engine.Parts.Ring, _clock);
        _client.TakeRefusals();
    }

    private void Write(SimulatedEngine engine)
    {
        if (!engine.TryJournal())
            return;
        Trace($"journal: through {engine.Journalled}");
        _client.TakeAnswers();
    }

    private void Fault(SimulatedEngine engine)
    {
        int fault = _random.Next(13);
        Trace(string.Create(CultureInfo.InvariantCulture, $"fault {fault}"));
        switch (fault)
        {
            case 0:
                Crash(hasPowerLoss: false);
                break;
            case 1:
                Crash(hasPowerLoss: true);
                break;
            case 2 or 3:
                _isPowerLossNext = _random.Next(2) == 0;
                _disk.CrashWithin(_random.Next(1, 40));
                break;
            case 4 or 5:
                _disk.Refuse(_random.Next(1, 12));
                break;
            case 6:
                _clickHouse.Kill(TimeSpan.FromSeconds(_random.Next(20)));
                break;
            case 7:
                _clickHouse.LosePower(TimeSpan.FromSeconds(_random.Next(20)));
                break;
            case 8:
                _clickHouse.FallSilent(TimeSpan.FromMinutes(_random.Next(1, 200)));
                break;
            case 9:
                _clickHouse.FaultRate = _random.NextDouble();
                break;
            case 10:
                _clock.JumpWall(TimeSpan.FromMinutes(_random.Next(-2_000, 2_000)));
                break;
            case 11:
                Crash(hasPowerLoss: _random.Next(2) == 0);
                DamageDisk();
                break;
            default:
                if (engine.IsDrained || engine.IsRestoring)
                    Stop(engine);
                break;
        }
    }

    /// <summary>
    /// The disk does not give back what it had: no durability is worth anything against it, but that nothing
    /// is stored twice. So no insert may be on its way that only the lost records would have known of.
    /// </summary>
    private void DamageDisk()
    {
        if (_disk.Files.FlipBit() is not { } place)
            return;
        Trace("disk: a bit is flipped in " + place);
        _losses.HasDamage = true;
        _clickHouse.Kill(TimeSpan.Zero);
    }

    private void OnWriterWaits()
    {
        _effort = _effort with { Waits = _effort.Waits + 1 };
        if (_disk.HasCrashed || (_faultsLeft > 0 && _random.Next(300) == 0))
        {
            _faultsLeft--;
            _disk.Crash("while a writer waits");
        }
    }

    /// <summary>The sink stopped by itself, and the engine's process with it.</summary>
    private void EndBy(Exception fault)
    {
        if (fault is not SpillException)
            throw new InvalidOperationException("the sink stopped on a bug", fault);
        Trace("engine: ends, since a spilled block cannot be read");
        _effort = _effort with { SpillStops = _effort.SpillStops + 1 };
        Crash(hasPowerLoss: false);
    }

    /// <summary>The engine's process ends as it should; nothing waits to be answered.</summary>
    private void Stop(SimulatedEngine engine)
    {
        Trace("engine: stops");
        Write(engine);
        engine.Stop();
        Forget(engine);
    }

    /// <summary>The engine's process ends, at once; with the power the disk and ClickHouse go too.</summary>
    private void Crash(bool hasPowerLoss)
    {
        Trace(hasPowerLoss ? "power is lost" : "engine: killed");
        _losses.Crashes++;
        if (_engine is { } engine)
            Forget(engine);
        _client.LoseAnswers();
        _clickHouse.LoseClient(isSettled: _durability != Durability.Fsync);
        if (hasPowerLoss)
        {
            _losses.PowerLosses++;
            _disk.LosePower();
            if (_random.Next(2) == 0)
                _clickHouse.LosePower(TimeSpan.FromSeconds(_random.Next(3)));
        }

        _disk.Heal();
        if (_faultsLeft > 0 && _random.Next(3) == 0)
        {
            // The next start is crashed into as well.
            _faultsLeft--;
            _disk.CrashWithin(12);
        }
    }

    private void Forget(SimulatedEngine engine)
    {
        long spilled = engine.Parts.Sink.Stats.Spill.TotalBlocks;
        _effort += new SimulationEffort { SpilledBlocks = spilled, CaughtUp = engine.CaughtUp };
        engine.Dispose();
        _engine = null;
    }

    /// <summary>Nothing fails any more: all there is must be sent, stored and attributed.</summary>
    private void Drain()
    {
        Trace("from here on nothing fails");
        _disk.Heal();
        _clickHouse.Heal();
        _client.RepeatRate = 0;
        _faultsLeft = 0;
        for (int round = 0; round < MaxDrainRounds; round++)
        {
            if (_engine is null)
                Start();
            SimulatedEngine engine =
                _engine ?? throw new InvalidOperationException("no start on a good disk");
            if (_client.HasToSend)
                Send(engine);
            Write(engine);
            engine.StepAll();

            _clock.Advance(TimeSpan.FromMilliseconds(300));
            engine.Idle();
            if (!_client.HasToSend && !_client.IsWaiting && engine.IsDrained && !_clickHouse.HasPending)
                return;
        }

        _failures.Add($"does not end: stored through {_engine!.Parts.Sink.Watermark}, "
            + $"journalled {_engine.Journalled}, sent {_engine.Parts.Ring.Cursor}");
    }

    private int Judge()
    {
        var verdict = new SimulationVerdict(new StoredTables(_clickHouse), _client.Plan);
        verdict.CheckIds(_losses.MayLose(_durability));
        if (_losses.ExplainsRows(_durability))
            verdict.CheckRows(_published, _ground.Config);
        _failures.AddRange(verdict.Failures);
        return verdict.Lost;
    }

    /// <summary>
    /// The journal forgets what lies below: each of its events must have its row, or be a repetition.
    /// </summary>
    private long OnWatermark(long watermark)
    {
        foreach (long at in _watermarks!.Pass(watermark))
            _failures.Add($"the watermark passed {at}, which is not stored");
        return _options.Released(watermark);
    }

    private void Trace(string what) =>
        _options.Trace?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{_steps,4} {what}"));
}
