using Attribution.Engine.Workers;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// Two chains run through the same places, and entries leave from the end, from the middle of a busy
/// fingerprint and by age. Random operations run beside a plain list, and both must agree after every step.
/// </remarks>
public class MatchRingTests
{
    private const int Capacity = 32;
    private const int MaxPerDevice = 5;
    private const long KeepMillis = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomEntriesAndRenames_AgreeWithAPlainModel(int seed)
    {
        var random = new Random(seed);
        var gone = new List<int>();
        var model = new Model();
        using var ring = new MatchRing<int>(Capacity, MaxPerDevice, KeepMillis, gone.Add);
        for (int step = 0; step < 20_000; step++)
        {
            if (random.Next(5) == 0)
            {
                ulong from = (ulong)random.Next(1, 12);
                ulong into = (ulong)random.Next(1, 12);
                ring.Rename(from, into);
                model.Rename(from, into);
                continue;
            }

            ulong device = (ulong)random.Next(1, 1 + (step % 1_000 < 500 ? 4 : 60));
            ulong person = (ulong)random.Next(1, 12);
            long time = (step / 2) + random.Next(-300, 300);
            ring.Add(device, person, time, step);
            model.Add(device, person, time, step);
            Assert.Equal(model.Of(device), Read(ring, device));
            Assert.Equal(model.Gone.Order(), gone.Order());
            Assert.Equal(model.DroppedCount, ring.DroppedCount);
        }

        Assert.True(model.DroppedCount > 100 && gone.Count > model.DroppedCount);
    }

    [Fact]
    public void DroppedThrough_NamesTheNewestThatABoundDropped()
    {
        using var ring = new MatchRing<int>(Capacity, MaxPerDevice, KeepMillis, _ => { });
        for (int i = 0; i < MaxPerDevice; i++)
            ring.Add(7, 1, 1_000 + i, i);
        Assert.Equal(0, ring.DroppedThroughMillis(7));
        ring.Add(7, 1, 1_100, 9);
        Assert.Equal(1_000, ring.DroppedThroughMillis(7));
    }

    private static List<(int, ulong, long)> Read(MatchRing<int> ring, ulong device)
    {
        var entries = new List<(int, ulong, long)>();
        for (int place = ring.Newest(device); place != 0; place = ring.Older(place))
            entries.Add((ring[place].Item, ring[place].Person, ring[place].TimeMillis));
        return entries;
    }

    /// <summary>A list with a hole for each entry that left from its middle, as the ring has.</summary>
    private sealed class Model
    {
        private readonly List<(ulong Device, ulong Person, long Time, int Item)?> _entries = [];
        private long _newest = long.MinValue;

        public List<int> Gone { get; } = [];

        public long DroppedCount { get; private set; }

        public void Add(ulong device, ulong person, long time, int item)
        {
            _newest = Math.Max(_newest, time);
            while (_entries.Count > 0
                && (_entries[0] is not { } oldest || oldest.Time < _newest - KeepMillis))
            {
                Take(0);
            }

            if (_entries.Count == Capacity)
                Drop(0);
            List<(ulong Device, ulong, long, int)?> same = [.. _entries.Where(e => e?.Device == device)];
            if (same.Count == MaxPerDevice)
            {
                int at = _entries.IndexOf(same[0]);
                Gone.Add(_entries[at]!.Value.Item);
                _entries[at] = null;
                DroppedCount++;
            }

            _entries.Add((device, person, time, item));
        }

        public void Rename(ulong from, ulong into)
        {
            for (int i = 0; i < _entries.Count; i++)
            {
                if (_entries[i] is { } entry && entry.Person == from)
                    _entries[i] = entry with { Person = into };
            }
        }

        public List<(int, ulong, long)> Of(ulong device) =>
        [
            .. _entries.Where(e => e?.Device == device).Reverse()
                .Select(e => (e!.Value.Item, e.Value.Person, e.Value.Time)),
        ];

        private void Drop(int at)
        {
            DroppedCount += _entries[at] is null ? 0 : 1;
            Take(at);
        }

        private void Take(int at)
        {
            if (_entries[at] is { } entry)
                Gone.Add(entry.Item);
            _entries.RemoveAt(at);
        }
    }
}
