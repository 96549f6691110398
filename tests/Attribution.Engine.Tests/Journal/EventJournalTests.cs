using Attribution.Engine.Journal;
using Attribution.Faults.Files;
using Attribution.Engine.Tests.Journal.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Journal;

public class EventJournalTests
{
    private readonly FaultyFileSystem _files = new(new Random(4));

    [Fact]
    public async Task Batch_Written_IsAcknowledgedByOneSync()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        run.Write(1);
        long syncs = run.Journal.Counters.Syncs;
        long first = run.Publish(2, 3, 4);
        ValueTask waiting = run.Journal.Gate.WaitAsync(first + 2, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        run.Handle(first + 2);

        await waiting;
        Assert.Equal(syncs + 1, run.Journal.Counters.Syncs);
        Assert.Equal([1, 2, 3, 4], JournalRun.ReadAll(_files).Values);
    }

    [Fact]
    public void Batch_LargerThanBufferAndSegment_IsSpreadOverSegments()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        long[] ids = [.. Enumerable.Range(1, 3000).Select(i => (long)i).Where(IsLarge).Take(20)];

        run.Write(ids);

        Assert.True(run.Journal.SegmentCount > 3);
        Assert.Equal(ids, JournalRun.ReadAll(_files).Values);
    }

    [Fact]
    public void Sync_ThatFails_MovesTheBatchToANewSegmentAndNeverTouchesTheOld()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        run.Write(1, 2);
        string old = _files.List()[0];
        bool failed = false;
        _files.OnCall = (call, name) =>
        {
            if (failed && name == old)
                Assert.Equal(FileCall.Truncate, call);
            if (call != FileCall.Sync || failed)
                return;
            failed = true;
            throw new IOException("sync refused");
        };

        run.Write(3, 4);
        run.Write(5);

        Assert.True(failed);
        Assert.Equal(2, run.Journal.SegmentCount);
        Assert.IsAssignableFrom<IOException>(run.Journal.LastFailure);
        _files.OnCall = (_, _) => { };
        _files.LosePower();
        Assert.Equal([1, 2, 3, 4, 5], JournalRun.ReadAll(_files).Values);
    }

    [Fact]
    public async Task Sync_ThatFailsOnce_RefusesTheWaitingAtOnceAndServesFullyAgain()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        run.Write(1);
        bool failed = false;
        bool tookMore = true;
        _files.OnCall = (call, _) =>
        {
            if (failed && call == FileCall.Create)
                tookMore = run.Journal.TakesMore;
            if (call != FileCall.Sync || failed)
                return;
            failed = true;
            throw new IOException("sync refused");
        };
        long first = run.Publish(2, 3);
        ValueTask waiting = run.Journal.Gate.WaitAsync(first + 1, CancellationToken.None);

        run.Handle(first + 1);

        await Assert.ThrowsAsync<JournalException>(async () => await waiting);
        Assert.False(tookMore);
        Assert.True(run.Journal.TakesMore);
        Assert.Equal(1, run.Journal.Counters.FailedSyncs);
        long next = run.Publish(4);
        waiting = run.Journal.Gate.WaitAsync(next, CancellationToken.None);
        run.Handle(next);
        await waiting;
        _files.LosePower();
        Assert.Equal([1, 2, 3, 4], JournalRun.ReadAll(_files).Values);
    }

    [Fact]
    public async Task Write_ThatFailsOnce_IsRepeatedBeforeAnyoneIsRefused()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        run.Write(1);
        bool failed = false;
        _files.OnCall = (call, _) =>
        {
            if (call != FileCall.Write || failed)
                return;
            failed = true;
            throw new IOException("no space left");
        };
        long first = run.Publish(2);
        ValueTask waiting = run.Journal.Gate.WaitAsync(first, CancellationToken.None);

        run.Handle(first);

        await waiting;
        Assert.True(failed);
        Assert.Equal(0, run.Journal.Counters.FailedSyncs);
    }

    [Theory]
    [InlineData(FileCall.Create)]
    [InlineData(FileCall.Write)]
    [InlineData(FileCall.Sync)]
    [InlineData(FileCall.SyncDirectory)]
    public async Task Disk_ThatRefusesForLong_FailsTheWaitingAndGoesOnWhenItTakesAgain(FileCall refused)
    {
        var run = new JournalRun(_files, JournalRun.Options with { SegmentBytes = 40_000 });
        run.Write(1);
        int refusals = 12;
        JournalException? meanwhile = null;
        _files.OnCall = (call, _) =>
        {
            if (refusals == 1)
                meanwhile = run.Journal.Gate.Failure;
            if ((call == refused || call == FileCall.Write) && refusals-- > 0)
                throw new IOException("no space left");
        };
        long first = run.Publish(2, 3);
        ValueTask waiting = run.Journal.Gate.WaitAsync(first, CancellationToken.None);

        run.Handle(first + 1);

        await Assert.ThrowsAsync<JournalException>(async () => await waiting);
        Assert.NotNull(meanwhile);
        Assert.True(run.Journal.IsWriting);
        run.Write(4);
        Assert.Equal([1, 2, 3, 4], JournalRun.ReadAll(_files).Values);
    }

    [Fact]
    public async Task Shutdown_WhileTheDiskRefuses_Ends()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        _files.OnCall = (_, _) => throw new IOException("no space left");
        long first = run.Publish(1);
        ValueTask waiting = run.Journal.Gate.WaitAsync(first, CancellationToken.None);
        run.Journal.GiveUp();

        Assert.Throws<JournalException>(() => run.Handle(first));
        run.Journal.OnStop();

        await Assert.ThrowsAsync<JournalException>(async () => await waiting);
        await Assert.ThrowsAsync<JournalException>(
            async () => await run.Journal.Gate.WaitAsync(first, CancellationToken.None));
    }

    [Fact]
    public void Journal_OverManySegments_ReleasesOnlyWhatIsNotNeeded()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        for (int i = 0; i < 100; i++)
            run.Write([.. Enumerable.Range((i * 20) + 1, 20).Select(id => (long)id)]);
        int before = run.Journal.SegmentCount;
        Assert.True(before > 10);

        run.Journal.ReleaseUpTo(999);

        RecoveredJournal recovered = JournalRecovery.Run(_files, JournalRun.Options);
        Assert.InRange(recovered.FirstSequence, 1, 1000);
        Assert.Equal(2000, recovered.NextSequence);
        Assert.Equal(0, recovered.LostStretches);
        Assert.Equal(recovered.Records, 2000 - recovered.FirstSequence);
        Assert.True(run.Journal.Counters.ReleasedSegments > before / 3);
        Assert.Equal(
            Enumerable.Range(1501, 500).Select(id => (long)id), JournalRun.ReadAll(recovered, 1500).Values);
    }

    [Fact]
    public void Release_OfEverything_RemembersTheSequenceOverRestarts()
    {
        long next = 0;
        for (int restart = 0; restart < 4; restart++)
        {
            var run = new JournalRun(_files, JournalRun.Options);
            Assert.Equal(next, run.Recovered.NextSequence);
            run.Journal.ReleaseUpTo(long.MaxValue);
            if (restart == 2)
                continue;
            next = run.Write(1, 2, 3) + 3;
            run.Journal.ReleaseUpTo(long.MaxValue);
            run.Journal.OnStop();
            Assert.Single(_files.List());
        }
    }

    [Fact]
    public void Release_ThatTheDiskRefuses_IsTriedAgainInOrder()
    {
        var run = new JournalRun(_files, JournalRun.Options);
        for (int i = 0; i < 60; i++)
            run.Write([.. Enumerable.Range((i * 20) + 1, 20).Select(id => (long)id)]);
        _files.OnCall = (call, _) =>
        {
            if (call == FileCall.Delete)
                throw new IOException("refused");
        };

        Assert.False(run.Journal.ReleaseUpTo(1200));
        int refused = _files.List().Count;
        _files.OnCall = (_, _) => { };
        Assert.True(run.Journal.ReleaseUpTo(1200));

        Assert.True(refused > 3);
        Assert.Single(_files.List());
    }

    [Fact]
    public void Replay_OfWhatTheJournalHolds_IsPassedOnUnwritten()
    {
        new JournalRun(_files, JournalRun.Options).Write(1, 2, 3);
        var run = new JournalRun(_files, JournalRun.Options, firstSequence: 1);

        run.Write(2, 3, 4);

        Assert.Equal([1, 2, 3, 4], JournalRun.ReadAll(_files).Values);
        Assert.Equal(3, run.Journal.Gate.DurableSequence);
    }

    [Fact]
    public void Journal_AtItsLimit_IsFullUntilReleased()
    {
        var run = new JournalRun(_files, JournalRun.Options with { MaxBytes = 3 * 64 * 1024 });
        long last = 0;
        while (!run.Journal.IsFull)
            last = run.Write(last + 1);

        run.Journal.ReleaseUpTo(last);

        Assert.False(run.Journal.IsFull);
    }

    [Fact]
    public async Task Durability_BelowFsync_WritesWithoutSyncing()
    {
        var run = new JournalRun(_files, JournalRun.Options with { Durability = Durability.Os });
        run.Write(1, 2);
        Assert.Equal(0, run.Journal.Counters.Syncs);
        Assert.Equal([1, 2], JournalRun.ReadAll(_files).Values);

        var none = new JournalRun(_files, JournalRun.Options with { Durability = Durability.None });
        await none.Journal.Gate.WaitAsync(1000, CancellationToken.None);
    }

    [Fact]
    public void Batch_OnceWarm_AllocatesNothing()
    {
        var run = new JournalRun(new EmptyFileSystem(), JournalRun.Options with { SegmentBytes = 1L << 40 });
        run.Write(Enumerable.Range(1, 64).Select(id => (long)id).Where(id => !IsLarge(id)).ToArray());
        long next = run.Journal.Gate.DurableSequence + 1;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            run.Journal.OnBatch(next, next + 31);
            next += 32;
        });

        Assert.Equal(0, allocated);
    }

    private static bool IsLarge(long id) => SampleEvents.Bytes(id).Length > 10_000;
}
