using System.Globalization;
using Attribution.Engine.Journal;
using Attribution.Faults.ClickHouse;
using Attribution.Model.Configs;
using Attribution.Model.Events;

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
    private SimulatedEngine? _engine;
    private int _steps;
    private int _faultsLeft;
    private int _starts;
    private int _crashes;
    private int _powerLosses;
    private bool _isPowerLossNext;
    private long _watermark;

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
            Journal = NewJournalOptions(),
            Config = _random.Next(4) == 0 ? AttributionConfig.Mmp : AttributionConfig.Web,
            Shards = _random.Next(1, 4),
            WatermarkAdvanced = OnWatermark,
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
            PowerLosses = _powerLosses,
            Lost = lost,
        };
    }

    private JournalOptions NewJournalOptions()
    {
        long segment = SegmentHeader.RegionBytes + JournalFrame.MaxBytes + (_random.Next(8) * 512);
        return new JournalOptions
        {
            Durability = _durability,
            SegmentBytes = segment,
            BufferBytes = JournalFrame.MaxBytes,
            MaxBytes = _random.Next(3) == 0 ? segment * _random.Next(2, 6) : 0,
            AttemptsBeforeRefusal = _random.Next(1, 4),
            RetryPause = TimeSpan.Zero,
            LongestRetryPause = TimeSpan.Zero,
            NewSalt = () => (uint)_random.Next(1, int.MaxValue),
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

        if (_disk.HasCrashed)
            Crash(_isPowerLossNext);
    }

    private void Step(SimulatedEngine engine)
    {
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
                for (int tasks = _random.Next(1, 6); tasks > 0; tasks--)
                    engine.Parts.Scheduler.TryStep();
                break;
            case < 86:
                _clickHouse.TryAnswer();
                break;
            case < 97:
                PassTime(engine);
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
            _watermark = long.MinValue;
            _engine = new SimulatedEngine(_ground);
            long replayed = _engine.Parts.Recover();
            Trace($"engine: starts at {_engine.Parts.FirstSequence}, {replayed} replayed");
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

    private void PassTime(SimulatedEngine engine)
    {
        TimeSpan by = _random.Next(12) switch
        {
            0 => TimeSpan.FromMinutes(_random.Next(1, 90)),
            1 => TimeSpan.FromSeconds(_random.Next(1, 40)),
            2 => _clock.UntilNextTimer() ?? TimeSpan.Zero,
            _ => TimeSpan.FromMilliseconds(_random.Next(1, 200)),
        };
        _clock.Advance(by < TimeSpan.Zero ? TimeSpan.Zero : by);
        engine.Idle();
    }

    private void Fault(SimulatedEngine engine)
    {
        int fault = _random.Next(11);
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
            default:
                _clock.JumpWall(TimeSpan.FromMinutes(_random.Next(-4_000, 4_000)));
                break;
        }
    }

    /// <summary>The engine's process ends, at once; with the power the disk and ClickHouse go too.</summary>
    private void Crash(bool hasPowerLoss)
    {
        Trace(hasPowerLoss ? "power is lost" : "engine: killed");
        _crashes++;
        _engine?.Dispose();
        _engine = null;
        _client.LoseAnswers();
        _clickHouse.LoseClient();
        if (hasPowerLoss)
        {
            _powerLosses++;
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

    /// <summary>Nothing fails any more: all there is must be sent, stored and attributed.</summary>
    private void Drain()
    {
        Trace("from here on nothing fails");
        _disk.Heal();
        _clickHouse.Heal();
        _client.RepeatRate = 0;
        for (int round = 0; round < MaxDrainRounds; round++)
        {
            if (_engine is null)
                Start();
            SimulatedEngine engine = _engine ?? throw new InvalidOperationException("no start on a good disk");
            if (_client.HasToSend)
                Send(engine);
            Write(engine);
            engine.TryIdentify(100);
            for (int shard = 0; shard < _ground.Shards; shard++)
                engine.TryWork(shard, 100);
            while (engine.Parts.Scheduler.TryStep() | _clickHouse.TryAnswer())
            {
            }

            _clock.Advance(TimeSpan.FromMilliseconds(300));
            engine.Idle();
            if (!_client.HasToSend && !_client.IsWaiting && engine.IsDrained && !_clickHouse.HasPending)
                return;
        }

        _failures.Add($"does not end: stored through {_engine!.Parts.Sink.Watermark}, "
            + $"journalled {_engine.Journalled}, sent {_engine.Parts.Ring.Cursor}, {_engine.Parts.Sink.Stats}");
    }

    private int Judge()
    {
        bool mayLose = _durability switch
        {
            Durability.Fsync => false,
            Durability.Os => _powerLosses > 0,
            _ => _crashes > 0,
        };
        var stored = new StoredTables(_clickHouse);
        var verdict = new SimulationVerdict(stored, _client.Plan);
        verdict.CheckIds(mayLose);

        // A journal that forgot what workers had seen leaves rows behind that nothing explains.
        if (_durability == Durability.Fsync || _powerLosses == 0)
            verdict.CheckRows(_published, _ground.Config);
        _failures.AddRange(verdict.Failures);
        return verdict.Lost;
    }

    /// <summary>
    /// The journal forgets what lies below: each of its events must have its row, or be a repetition.
    /// </summary>
    private void OnWatermark(long watermark)
    {
        EngineParts parts = _engine!.Parts;
        for (long at = Math.Max(_watermark, parts.FirstSequence - 1) + 1; at <= watermark; at++)
        {
            // The ring keeps every event of this life; of a sequence that is gone for good it holds nothing.
            ref EventRecord record = ref parts.Ring[at];
            if (record.Header.Kind == 0 || record.IsDuplicate)
                continue;
            bool isStored = _clickHouse.Holds("dead_letters", at)
                || (record.Header.Kind == EventKind.Event && _clickHouse.Holds("events", at));
            if (!isStored)
                _failures.Add($"the watermark passed {at}, which is not stored");
        }

        _watermark = watermark;
    }

    private void Trace(string what) =>
        _options.Trace?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{_steps,4} {what}"));
}
