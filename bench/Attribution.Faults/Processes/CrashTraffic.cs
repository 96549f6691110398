using Attribution.Simulator;

namespace Attribution.Faults.Processes;

/// <summary>
/// The events of a run, batch by batch: simulated worlds one after another, journeys with logins and
/// conversions, every event with an id and a time. The same seed gives the same batches. Shared by all
/// clients; thread-safe.
/// </summary>
/// <remarks>
/// No clock is wrong in these worlds: the engine corrects such an event's time by when it was received, and
/// so two runs could not be compared.
/// </remarks>
/// <param name="seed">Of the worlds.</param>
/// <param name="eventsPerBatch">Events of one request.</param>
/// <param name="maxBatches">How many are given out at most.</param>
public sealed class CrashTraffic(int seed, int eventsPerBatch, int maxBatches = int.MaxValue)
{
    /// <summary>Of one world. Enough for persons to come back and convert, and soon made.</summary>
    private const int EventsPerWorld = 20_000;

    private readonly Lock _turn = new();
    private readonly List<CrashBatch> _taken = [];
    private readonly Queue<CrashBatch> _ready = [];
    private ulong _worlds;
    private bool _isClosed;

    /// <summary>The newest event's time, of all worlds: they end where time does.</summary>
    public static DateTimeOffset End { get; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every batch that a client was given, in that order. Read when the clients are done.</summary>
    public IReadOnlyList<CrashBatch> Taken => _taken;

    /// <returns>False when no more are to be sent.</returns>
    public bool TryTake(out CrashBatch? batch)
    {
        lock (_turn)
        {
            batch = null;
            if (_isClosed || _taken.Count == maxBatches)
                return false;
            if (_ready.Count == 0)
                AddWorld();
            batch = _ready.Dequeue();
            _taken.Add(batch);
            return true;
        }
    }

    /// <summary>From now on nothing is given out; what was is still to be sent.</summary>
    public void Close()
    {
        lock (_turn)
            _isClosed = true;
    }

    private void AddWorld()
    {
        SimulatedWorld world = SimulatedWorld.Read(
            new SimulatorOptions
            {
                Seed = ((ulong)seed * 1_000_000) + _worlds++,
                Events = EventsPerWorld,
                End = End,
                SkewedPerThousand = 0,
            },
            eventsPerBatch);
        int first = 0;
        foreach (ReadOnlyMemory<byte> body in world.Bodies)
        {
            int count = Math.Min(eventsPerBatch, world.Delivered.Count - first);
            string[] ids = [.. world.Delivered.Skip(first).Take(count).Select(e => e.EventId)];
            _ready.Enqueue(new CrashBatch(body, ids));
            first += count;
        }
    }
}
