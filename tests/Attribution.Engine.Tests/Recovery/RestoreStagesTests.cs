using Attribution.Engine.Recovery;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Engine.Tests.Workers;
using Attribution.Engine.Workers;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Recovery;

/// <remarks>
/// Stages on threads of their own may lose a batch, read one that is being filled again, or wait for ever for
/// one that failed. What they took in is compared with the same events taken in one by one.
/// </remarks>
public class RestoreStagesTests
{
    private const int Events = 50_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Events_ThroughAllStages_AreWhatOneByOneGives(int shards)
    {
        await using var expected = new WorkerRig(shards);
        await using var rig = new WorkerRig(shards);
        expected.Restore(Enumerable.Range(0, Events).Select(Sample));
        var stages = new RestoreStages(rig.Identity, [.. rig.Workers]);

        await stages.RunAsync(cancel => AddAsync(stages, Events, cancel), CancellationToken.None);

        for (int shard = 0; shard < shards; shard++)
        {
            JourneyStore one = expected.Workers[shard].Journeys;
            JourneyStore other = rig.Workers[shard].Journeys;
            Assert.Equal((one.PersonCount, one.TouchCount), (other.PersonCount, other.TouchCount));
            for (int place = 1; place <= one.PersonCount; place++)
            {
                Assert.Equal(one.Person(place).Key, other.Person(place).Key);
                Assert.Equal(
                    one.Touches(one.Person(place)).ToArray(), other.Touches(other.Person(place)).ToArray());
            }
        }
    }

    [Fact]
    public async Task ReaderThatFails_EndsEveryStage_WithItsFailure()
    {
        await using var rig = new WorkerRig();
        var stages = new RestoreStages(rig.Identity, [.. rig.Workers]);

        await Assert.ThrowsAsync<IOException>(() => stages.RunAsync(
            async cancel =>
            {
                await AddAsync(stages, 3_000, cancel);
                throw new IOException("ClickHouse is gone");
            },
            CancellationToken.None));
    }

    [Fact]
    public async Task WorkerThatFails_EndsTheReader_WithItsFailure()
    {
        await using var rig = new WorkerRig();
        var stages = new RestoreStages(rig.Identity, [null!]);

        await Assert.ThrowsAsync<NullReferenceException>(() => stages.RunAsync(
            cancel => AddAsync(stages, 1_000_000, cancel), CancellationToken.None));
    }

    private static async Task AddAsync(RestoreStages stages, int events, CancellationToken cancel)
    {
        RestoreBatch batch = await stages.RentAsync(cancel);
        for (int i = 0; i < events; i++)
        {
            if (batch.IsFull)
            {
                await stages.AddAsync(batch, cancel);
                batch = await stages.RentAsync(cancel);
            }

            EventRecord record = Sample(i).ToRecord(out byte[] bytes);
            record.ComputeHashes(bytes);
            batch.Add(record, bytes);
        }

        await stages.AddAsync(batch, cancel);
    }

    private static SampleEvent Sample(int i) => WorkerRig.Event(
        $"e{i}", "click", i, (EventField.AnonymousId, $"a{i * 7 % 999}"), (EventField.Source, $"s{i % 20}"));
}
