using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers.Support;
using Attribution.Engine.Workers;
using Attribution.Model.Configs;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// Streaming equals replay: whatever order events come in, in whatever batches and over however many shards,
/// the rows that stand in the end are those of all events taken together. A change that reaches too few
/// conversions, a merge that loses something, a touch matched too late: each shows as a row that differs.
/// </remarks>
public class ReplayEqualityTests
{
    /// <summary>No event of these worlds is later than that.</summary>
    private static readonly WorkerOptions Patient =
        WorkerRig.Small with { LateArrival = TimeSpan.FromDays(30) };

    [Theory]
    [InlineData("web")]
    [InlineData("mmp")]
    [InlineData("everything")]
    public void Stream_InAnyOrderBatchesAndShards_StandsAsAReplayDoes(string config) =>
        Check(Prop.ForAll(SmallWorld.Gen(days: 14).ToArbitrary(), world =>
        {
            var random = new Random(world.Seed);
            random.Shuffle(world.Events);
            using var run = new Run(Configs.Named(config), Patient, shards: random.Next(1, 9));
            run.Deliver(world.Events, random);
            AssertEqual(new NaiveRows(Configs.Named(config)).Of(world.Events), run.Rows(), world);
        }));

    /// <remarks>
    /// Here events are late by at most what the engine waits for, over a time long enough to forget in.
    /// </remarks>
    [Theory]
    [InlineData("web")]
    [InlineData("everything")]
    public void Stream_LateByLessThanItWaits_StandsAsAReplayDoesOrSaysWhatIsMissing(string config)
    {
        var patience = TimeSpan.FromDays(2);
        int equal = 0;
        int marked = 0;
        Check(Prop.ForAll(SmallWorld.Gen(days: 90).ToArbitrary(), world =>
        {
            var random = new Random(world.Seed);
            SampleEvent[] arrived = [.. world.Events.OrderBy(
                e => e.Header.TimestampMillis + (random.NextDouble() * patience.TotalMilliseconds))];
            WorkerOptions options = Patient with { LateArrival = patience };
            using var run = new Run(Configs.Named(config), options, shards: random.Next(1, 4));
            run.Deliver(arrived, random);
            Dictionary<(string, string), string> rows = run.Rows();
            foreach ((var key, string expected) in new NaiveRows(Configs.Named(config)).Of(world.Events))
            {
                bool isMarked = rows[key].Contains("\"dropped_touches\"", StringComparison.Ordinal)
                    || rows[key].Contains("\"may_be_incomplete\"", StringComparison.Ordinal);
                Assert.True(isMarked || rows[key] == expected, Difference(key, expected, rows[key], world));
                equal += rows[key] == expected ? 1 : 0;
                marked += isMarked ? 1 : 0;
            }
        }));
        Assert.True(equal > 20 * marked, $"{marked} of {equal} rows are marked");
    }

    /// <remarks>
    /// What came first is known from the tables only, in no order, and to other shards than before.
    /// </remarks>
    [Theory]
    [InlineData("web")]
    [InlineData("mmp")]
    [InlineData("everything")]
    public void Stream_RestartedInTheMiddle_StandsAsAReplayDoes(string config) =>
        Check(Prop.ForAll(SmallWorld.Gen(days: 14).ToArbitrary(), world =>
        {
            var random = new Random(world.Seed);
            random.Shuffle(world.Events);
            int stopped = random.Next(world.Events.Length + 1);
            using var first = new Run(Configs.Named(config), Patient, shards: random.Next(1, 4));
            first.Deliver(world.Events[..stopped], random);

            using var second = new Run(Configs.Named(config), Patient, shards: random.Next(1, 4));
            SampleEvent[] known = world.Events[..stopped];
            random.Shuffle(known);
            second.Rig.RestoreLinks(known);
            second.Rig.Restore(known);
            second.Deliver(world.Events[stopped..], random);

            Dictionary<(string, string), string> rows = first.Rows();
            foreach ((var key, string row) in second.Rows())
                rows[key] = row;
            AssertEqual(new NaiveRows(Configs.Named(config)).Of(world.Events), rows, world);
        }));

    /// <remarks>
    /// What came first is known from the snapshot that a stop wrote. Whatever a table forgets to pass on
    /// makes a later row differ.
    /// </remarks>
    [Theory]
    [InlineData("web")]
    [InlineData("mmp")]
    [InlineData("everything")]
    public void Stream_GoneOnFromASnapshot_StandsAsAReplayDoes(string config) =>
        Check(Prop.ForAll(SmallWorld.Gen(days: 14).ToArbitrary(), world =>
        {
            var random = new Random(world.Seed);
            random.Shuffle(world.Events);
            int stopped = random.Next(world.Events.Length + 1);
            int shards = random.Next(1, 4);
            using var folder = new TemporaryFolder();
            using var first = new Run(Configs.Named(config), Patient, shards);
            first.Deliver(world.Events[..stopped], random);
            first.Rig.Save(folder.Path);

            using var second = new Run(Configs.Named(config), Patient, shards);
            Assert.True(second.Rig.TryLoad(folder.Path));
            second.Deliver(world.Events, random);
            Assert.Equal(stopped, second.Rig.Identity.DuplicateCount);

            Dictionary<(string, string), string> rows = first.Rows();
            foreach ((var key, string row) in second.Rows())
                rows[key] = row;
            AssertEqual(new NaiveRows(Configs.Named(config)).Of(world.Events), rows, world);
        }));

    /// <remarks>
    /// Two persons fit their bound of conversions, but not the one they become: who finds no room has a right
    /// row too, under its new person, and the row says that it was the last.
    /// </remarks>
    [Theory]
    [InlineData("web")]
    [InlineData("mmp")]
    [InlineData("everything")]
    public void Merge_OfMoreConversionsThanAreKept_LeavesNoRowBehind(string name)
    {
        const string Mark = ",\"may_be_incomplete\":true";
        AttributionConfig config = Configs.Named(name);
        long dropped = 0;
        int marked = 0;
        Check(Prop.ForAll(SmallWorld.Gen(days: 14).ToArbitrary(), world =>
        {
            var random = new Random(world.Seed);
            random.Shuffle(world.Events);
            (SampleEvent[] a, SampleEvent[] b) = SmallWorld.TwoPersons(world.Events);
            SampleEvent[] logins = SmallWorld.Logins(random);
            int most = Math.Max(Conversions(config, a), Conversions(config, b));
            WorkerOptions options = Patient with { MaxConversionsPerPerson = Math.Max(1, most) };
            using var run = new Run(config, options, shards: random.Next(1, 5));
            run.Deliver(world.Events, random);
            run.Deliver(logins, random);

            Dictionary<(string, string), string> rows = run.Rows();
            marked += rows.Values.Count(row => row.Contains(Mark, StringComparison.Ordinal));
            dropped += run.Rig.Workers.Sum(worker => worker.Journeys.DroppedConversionCount);
            AssertEqual(
                new NaiveRows(config).Of([.. world.Events, .. logins]),
                rows.ToDictionary(
                    row => row.Key, row => row.Value.Replace(Mark, "", StringComparison.Ordinal)),
                world);
        }));
        Assert.True(dropped > 100, $"{dropped} conversions without room prove little.");

        // One that a newer conversion drops without a merge has its right row already.
        long rows = dropped * config.Models.Count;
        Assert.True(marked > 0.9 * rows, $"{dropped} dropped, {marked} of {rows} rows marked");
    }

    private static int Conversions(AttributionConfig config, SampleEvent[] events) =>
        new NaiveRows(config).Of(events).Keys.DistinctBy(key => key.Conversion).Count();

    private static void Check(Property property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), property);

    private static void AssertEqual(
        Dictionary<(string, string), string> expected,
        Dictionary<(string, string), string> actual,
        (SampleEvent[] Events, int Seed) world)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (((string, string) key, string row) in expected)
            Assert.True(actual[key] == row, Difference(key, row, actual[key], world));
    }

    private static string Difference(
        (string, string) key, string expected, string actual, (SampleEvent[] Events, int Seed) world) =>
        $"{key}, seed {world.Seed}\nexpected {expected}\nactual   {actual}\n"
        + SmallWorld.Describe(world.Events);

    /// <summary>An engine's stages from a first event to what stands in the end. Owned by one case.</summary>
    private sealed class Run(AttributionConfig config, WorkerOptions options, int shards) : IDisposable
    {
        public WorkerRig Rig { get; } = new(null, shards, config, options);

        public void Deliver(SampleEvent[] events, Random random)
        {
            for (int at = 0; at < events.Length;)
            {
                int size = random.Next(1, 20);
                Rig.HandleBatch(events.Skip(at).Take(size));
                at += size;
            }
        }

        public Dictionary<(string Conversion, string Model), string> Rows() =>
            Rig.RowsAsync().GetAwaiter().GetResult();

        public void Dispose() => Rig.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
