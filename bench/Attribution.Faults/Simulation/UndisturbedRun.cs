using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Faults.ClickHouse;
using Attribution.Faults.Files;
using Attribution.Model.Configs;

namespace Attribution.Faults.Simulation;

/// <summary>
/// One engine of one shard, to which nothing ever happens, fed with given events in their order. Stateless.
/// </summary>
internal static class UndisturbedRun
{
    private const int MaxRounds = 200;

    /// <exception cref="TimeoutException">It does not come to an end.</exception>
    public static StoredTables Of(IEnumerable<PublishedEvent> events, AttributionConfig config)
    {
        var random = new Random(1);
        var clock = new SimulatedClock();
        using var clickHouse = new SimulatedClickHouse(random, clock);
        using var engine = new SimulatedEngine(new EngineGround
        {
            Random = random,
            Clock = clock,
            Files = new EmptyFileSystem(),
            ClickHouse = clickHouse,
            Transport = clickHouse,
            Stored = new SimulatedStoredState(clickHouse),
            Journal = new JournalOptions { BufferBytes = JournalFrame.MaxBytes, Durability = Durability.Os },
            Sink = new SinkOptions { MaxBatchRows = 4_000, MaxOpenPartitions = 3 },
            Config = config,
            Shards = 1,
        });
        while (!engine.IsWhole)
            engine.TryRecover(mayHold: true);
        foreach (PublishedEvent published in events)
            published.PublishTo(engine.Parts.Ring);
        engine.TryJournal();
        for (int round = 0; !engine.IsDrained; round++)
        {
            if (round == MaxRounds)
                throw new TimeoutException("the undisturbed run does not end");
            while (engine.TryIdentify(1_000) | engine.TryWork(0, 1_000))
                Pump(engine, clickHouse);
            clock.Advance(TimeSpan.FromSeconds(1));
            engine.Idle();
            Pump(engine, clickHouse);
        }

        return new StoredTables(clickHouse);
    }

    private static void Pump(SimulatedEngine engine, SimulatedClickHouse clickHouse)
    {
        while (engine.Parts.Scheduler.TryStep() | clickHouse.TryAnswer())
        {
        }
    }
}
