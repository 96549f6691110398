using System.Text;
using Attribution.Engine.Workers;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// The store packs journeys into shared memory; a mistake shows as a touch that is lost, doubled or out of
/// order. Random operations run beside a plain dictionary of sorted lists, and both must agree after every
/// step.
/// </remarks>
public class JourneyStoreTests
{
    private const long Day = 86_400_000;
    private static readonly WorkerOptions Small = new()
    {
        MaxPersons = 64,
        MaxTouches = 65_536,
        MaxTexts = 1024,
        MaxTouchesPerPerson = 8,
        MaxConversionsPerPerson = 4,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomTouchesAndMerges_AgreeWithAPlainModel(int seed)
    {
        using var store = new JourneyStore(Small, 30 * Day);
        var model = new Dictionary<ulong, List<(long Time, string Id)>>();
        var random = new Random(seed);
        for (int step = 0; step < 5_000; step++)
        {
            ulong key = (ulong)random.Next(1, 40);
            if (random.Next(20) == 0)
            {
                Merge(store, model, key, (ulong)random.Next(1, 40));
            }
            else
            {
                long time = Day + random.Next(50);
                string id = RandomId(random);
                Insert(store, key, time, id);
                List<(long, string)> list = model.TryGetValue(key, out var known) ? known : model[key] = [];
                AddBounded(list, (time, id));
            }

            Assert.Equal(model.Count, store.PersonCount);
            if (model.TryGetValue(key, out List<(long Time, string Id)>? expected))
                Assert.Equal(expected, Read(store, key));
        }

        Assert.All(model, pair => Assert.Equal(pair.Value, Read(store, pair.Key)));
    }

    [Fact]
    public void InsertTouch_TheSameEventTwice_IsKnown()
    {
        using var store = new JourneyStore(Small, 30 * Day);
        Assert.Equal(InsertOutcome.Inserted, Insert(store, 1, Day, "a-rather-long-event-id-on-the-heap"));
        Assert.Equal(InsertOutcome.Known, Insert(store, 1, Day, "a-rather-long-event-id-on-the-heap"));
        Assert.Single(Read(store, 1));
    }

    [Fact]
    public void InsertTouch_PastTheBound_DropsTheOldestAndMarksThePerson()
    {
        using var store = new JourneyStore(Small, 30 * Day);
        for (int i = 0; i < 10; i++)
            Insert(store, 1, Day + i, $"t{i}");

        ref PersonState person = ref store.Person(store.Find(1));
        Assert.Equal(2, person.DroppedTouches);
        Assert.Equal(Day + 1, person.DroppedThroughMillis);
        Assert.Equal(8, person.TouchCount);
        Assert.Equal(InsertOutcome.Dropped, Insert(store, 1, Day, "older-than-all"));
        Assert.Equal(3, store.DroppedTouchCount);
    }

    [Fact]
    public void InsertTouch_OlderThanAnyWindow_IsForgottenWhenNewerOnesCome()
    {
        using var store = new JourneyStore(Small, 30 * Day);
        Insert(store, 1, Day, "old");
        Insert(store, 1, 39 * Day, "new");
        Assert.Equal([(39 * Day, "new")], Read(store, 1));
        Assert.Equal(0, store.DroppedTouchCount);
    }

    [Fact]
    public void FindOrAdd_WhenFull_DropsOneAndMarksTheNewOne()
    {
        using var store = new JourneyStore(Small, 30 * Day);
        for (ulong key = 1; key <= 64; key++)
            Insert(store, key, Day + (long)key, "x");
        Assert.Equal(0, store.DroppedPersonCount);
        Insert(store, 1_000, 2 * Day, "y");

        Assert.Equal(64, store.PersonCount);
        Assert.Equal(1, store.DroppedPersonCount);
        Assert.True(store.Person(store.Find(1_000)).MayBeIncomplete);
        int left = Enumerable.Range(1, 64).Count(key => store.Find((ulong)key) != 0);
        Assert.Equal(63, left);
    }

    [Fact]
    public void Transfer_ToAnotherStore_CarriesEveryTouchConversionAndText()
    {
        using var from = new JourneyStore(Small, 30 * Day);
        using var to = new JourneyStore(Small, 30 * Day);
        to.Texts.Intern("shifts-the-numbers"u8);
        for (int i = 0; i < 5; i++)
            Insert(from, 7, Day + i, $"event-{i}-with-an-id-that-goes-to-the-heap");
        var conversion = new Conversion
        {
            ProjectId = from.Texts.Intern("p"u8),
            TypeId = from.Texts.Intern("buy"u8),
        };
        conversion.TimeMillis = 2 * Day;
        from.Texts.TryPackId("c1"u8, out conversion.EventId);
        Assert.True(from.Texts.TrySetUserId(ref conversion, "user-ü"u8));
        from.InsertConversion(ref from.Person(from.Find(7)), conversion);

        PersonTransfer.Of(from, from.Find(7)).MergeInto(to, 3);

        Assert.Equal(Read(from, 7), Read(to, 3));
        Conversion moved = to.Conversions(to.Person(to.Find(3)))[0];
        Assert.Equal("buy", Encoding.UTF8.GetString(to.Texts.Text(moved.TypeId)));
        Assert.Equal("p", Encoding.UTF8.GetString(to.Texts.Text(moved.ProjectId)));
        Assert.Equal("user-ü", Encoding.UTF8.GetString(to.Texts.UserId(moved)));
        Touch touch = to.Touches(to.Person(to.Find(3)))[0];
        Assert.Equal("google", Encoding.UTF8.GetString(to.Texts.Text(touch.SourceId)));
    }

    private static string RandomId(Random random) => random.Next(3) switch
    {
        0 => random.Next(100).ToString(System.Globalization.CultureInfo.InvariantCulture),
        1 => new Guid(random.Next(100), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString(),
        _ => $"an-event-id-too-long-to-be-inline-{random.Next(100)}",
    };

    private static InsertOutcome Insert(JourneyStore store, ulong key, long time, string id)
    {
        var touch = new Touch { TimeMillis = time, SourceId = store.Texts.Intern("google"u8) };
        Assert.True(store.Texts.TryPackId(Encoding.UTF8.GetBytes(id), out touch.EventId));
        InsertOutcome outcome = store.InsertTouch(ref store.Person(store.FindOrAdd(key, time)), touch);
        if (outcome != InsertOutcome.Inserted)
            store.Texts.Release(touch.EventId);
        return outcome;
    }

    private static void Merge(
        JourneyStore store, Dictionary<ulong, List<(long Time, string Id)>> model, ulong from, ulong into)
    {
        if (from == into || store.Find(from) == 0)
            return;
        store.Merge(store.Find(from), into);
        List<(long, string)> list = model.TryGetValue(into, out var known) ? known : model[into] = [];
        foreach ((long Time, string Id) touch in model[from])
            AddBounded(list, touch);
        model.Remove(from);
    }

    private static void AddBounded(List<(long Time, string Id)> list, (long Time, string Id) touch)
    {
        if (list.Contains(touch))
            return;
        list.Add(touch);
        list.Sort((a, b) => a.Time != b.Time
            ? a.Time.CompareTo(b.Time)
            : string.CompareOrdinal(a.Id, b.Id));
        if (list.Count > Small.MaxTouchesPerPerson)
            list.RemoveAt(0);
    }

    private static List<(long Time, string Id)> Read(JourneyStore store, ulong key)
    {
        var list = new List<(long, string)>();
        var buffer = new byte[36];
        foreach (Touch touch in store.Touches(store.Person(store.Find(key))))
            list.Add((touch.TimeMillis, Encoding.UTF8.GetString(store.Texts.EventId(touch.EventId, buffer))));
        return list;
    }
}
