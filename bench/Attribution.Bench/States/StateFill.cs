using System.Diagnostics;
using System.Globalization;
using System.Text;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Model.Journeys;
using Attribution.Replay.Reading;

namespace Attribution.Bench.States;

/// <summary>
/// Fills a worker's journeys with persons in an order that no cache foresees, one touch of everybody after
/// the other, and says what each step took. Used once, by one thread.
/// </summary>
internal sealed class StateFill(int persons, int touches) : IDisposable
{
    private const long StartMillis = 1_790_000_000_000;
    private const int Campaigns = 1_000;

    private readonly WorkerOptions _options = new()
    {
        MaxPersons = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)persons),
        MaxTouches = (long)persons * touches + 65_536,
    };

    private readonly RecordBuilder _builder = new();
    private readonly byte[] _id = new byte[16];
    private readonly byte[][] _campaigns =
        [.. Enumerable.Range(0, Campaigns).Select(i => Encoding.UTF8.GetBytes($"campaign-{i}"))];
    private JourneyStore? _journeys;
    private IdentityGraph? _identity;

    /// <summary>Resident bytes of this process, as the system counts them.</summary>
    public static long ResidentBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(
            line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line["VmRSS:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>One line per step: what, nanoseconds per event, resident bytes it added.</summary>
    public IEnumerable<(string Step, double Nanos, long Bytes)> Steps()
    {
        var needs = new HistoryNeeds(AttributionConfig.Web);
        _journeys = new JourneyStore(_options, needs.ReachMillis, needs.ConversionsMatter);
        var intake = new JourneyIntake(_journeys, needs);
        for (int touch = 0; touch < touches; touch++)
        {
            int number = touch;
            yield return Timed($"touch {touch + 1} of every person", () => Take(intake, number));
        }

        yield return Timed("find a person", FindAll);
        _identity = new IdentityGraph(_options.MaxPersons, 100);
        yield return Timed("link two ids, of a third of the persons", LinkThird, persons / 3);
        Reserved = _journeys.ReservedBytes;
    }

    /// <summary>What the engine's own counters say of the journeys.</summary>
    public long Reserved { get; private set; }

    public void Dispose()
    {
        _journeys?.Dispose();
        _identity?.Dispose();
    }

    /// <summary>The same as a team writes it in a day.</summary>
    public static (double Nanos, long Bytes) Baseline(int persons, int touches)
    {
        long before = ResidentBytes();
        long started = Stopwatch.GetTimestamp();
        var table = new Dictionary<ulong, List<PlainTouch>>();
        for (int touch = 0; touch < touches; touch++)
        {
            for (int i = 0; i < persons; i++)
            {
                if (!table.TryGetValue(Key(i, persons), out List<PlainTouch>? list))
                    table[Key(i, persons)] = list = [];
                list.Add(new PlainTouch(
                    DateTime.UnixEpoch.AddMilliseconds(StartMillis + touch), $"{touch:x8}{i:x8}", "google"));
            }
        }

        double nanos = Stopwatch.GetElapsedTime(started).TotalNanoseconds / ((double)persons * touches);
        GC.Collect();
        long bytes = ResidentBytes() - before;
        GC.KeepAlive(table);
        return (nanos, bytes);
    }

    private (string, double, long) Timed(string step, Action action, int events = 0)
    {
        long before = ResidentBytes();
        long started = Stopwatch.GetTimestamp();
        action();
        double nanos = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        return (step, nanos / (events == 0 ? persons : events), ResidentBytes() - before);
    }

    private void Take(JourneyIntake intake, int touch)
    {
        for (int i = 0; i < persons; i++)
        {
            byte[] campaign = _campaigns[(i ^ touch) % Campaigns];
            WriteId(touch, i);
            _builder.Begin(StartMillis + ((long)touch * persons) + i);
            _builder.Add(EventField.Project, "default"u8);
            _builder.Add(EventField.Type, "click"u8);
            _builder.Add(EventField.EventId, _id);
            _builder.EndHashed();
            _builder.Record.Person = Key(i, persons);
            var role = new EventRole
            {
                IsTouch = true,
                Touch = new Touch { TimeMillis = StartMillis + ((long)touch * persons) + i, Channel = 3 },
                Source = "google"u8,
                Medium = "cpc"u8,
                Campaign = campaign,
            };
            var change = new JourneyChange();
            intake.Add(role, _builder.Record, _builder.Bytes, ref change);
        }
    }

    private void WriteId(int touch, int person)
    {
        person.TryFormat(_id.AsSpan(8), out int _, "x8", CultureInfo.InvariantCulture);
        touch.TryFormat(_id, out int _, "x8", CultureInfo.InvariantCulture);
    }

    private void FindAll()
    {
        long found = 0;
        for (int i = 0; i < persons; i++)
            found += _journeys!.Find(Key(i, persons)) > 0 ? 1 : 0;
        if (found != persons)
            throw new InvalidOperationException($"{found} of {persons} persons are there.");
    }

    private void LinkThird()
    {
        for (int i = 0; i < persons / 3; i++)
            _identity!.Link(Key(i, persons), Key(i, persons) * 7);
    }

    /// <summary>A hash per person; neighbours in order are none in memory.</summary>
    private static ulong Key(int i, int persons)
    {
        ulong hash = (((ulong)i * 7_919) % (ulong)persons) + 1;
        hash *= 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
        return hash * 0xc4ceb9fe1a85ec53;
    }

    private sealed record PlainTouch(DateTime Time, string EventId, string Source);
}
