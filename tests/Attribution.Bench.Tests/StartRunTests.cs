using Attribution.Bench.Starts;

namespace Attribution.Bench.Tests;

public class StartRunTests
{
    [Fact]
    public async Task Run_AfterAKillAndAfterAStop_RecoversTheSamePersons()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"attribution-test-{Guid.NewGuid():N}");
        var settings = new StartSettings
        {
            Folder = folder,
            Persons = 300,
            Rounds = 1,
            EngineOptions = "--max-persons 65536 --dedupe-ids 65536",
            Builds = [("engine", null)],
        };
        try
        {
            await using var run = new StartRun(settings);
            await run.PrepareAsync(_ => { }, CancellationToken.None);
            IReadOnlyList<StartSample> samples = await run.RunAsync(_ => { }, CancellationToken.None);
            StartResult result = StartResult.Of(samples);

            Assert.Equal(["kill", "stop"], samples.Select(sample => sample.After));
            Assert.All(samples, sample => Assert.True(sample.ReadySeconds > 0 && sample.CpuSeconds > 0));
            Assert.All(samples, sample => Assert.True(sample.WholeSeconds >= sample.ReadySeconds));
            Assert.True(samples[0].Persons > 100);
            Assert.Equal(samples[0].Persons, samples[1].Persons);
            Assert.Contains("restore", samples[0].Stages.Keys);
            Assert.Contains("snapshot", samples[1].Stages.Keys);
            Assert.Equal(0, samples[1].Events);
            Assert.Equal(2, result.Summaries.Count);
            Assert.Empty(result.Ratios);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Read_TheScreen_GivesEventsAndStages()
    {
        const string Early = """
            Attribution is ready (1.2 s)
              recovered   not yet: events are taken, attribution follows
              start       process 0.19 s, ClickHouse 0.86 s
              shards      1; Ctrl-C drains and stops
            """;
        const string Whole = Early + """

            Attribution has its state back (9.7 s)
              recovered   3,974,885 events, 43,079 links, 25,458 replayed from the journal
              state       restore 8.03 s, replay 0.20 s
            """;

        (long events, Dictionary<string, double> stages) = StartSample.Read(Whole);

        Assert.Equal(3_974_885, events);
        Assert.Equal(["process", "ClickHouse", "restore", "replay"], stages.Keys);
        Assert.Equal(8.03, stages["restore"]);
        Assert.Equal(0, StartSample.Read(Early).Events);
        Assert.Empty(StartSample.Read("Attribution is ready (9.7 s)").Stages);
    }

    [Fact]
    public void Read_TheScreenOfAStartThatTookEventsLast_GivesTheSame()
    {
        const string Screen = """
            Attribution is ready (9.7 s)
              recovered   3,974,885 events, 43,079 links, 25,458 replayed from the journal
              start       process 0.19 s, ClickHouse 0.86 s, restore 8.03 s
              shards      1; Ctrl-C drains and stops
            """;

        (long events, Dictionary<string, double> stages) = StartSample.Read(Screen);

        Assert.Equal(3_974_885, events);
        Assert.Equal(8.03, stages["restore"]);
    }
}
