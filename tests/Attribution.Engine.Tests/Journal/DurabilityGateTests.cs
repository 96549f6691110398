using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Attribution.Engine.Journal;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Journal;

public class DurabilityGateTests
{
    private readonly DurabilityGate _gate = new(-1);

    [Fact]
    public async Task Waits_AreOverInTheOrderTheirSequencesBecomeDurable()
    {
        Task[] waits = [.. Enumerable.Range(0, 50).Select(i => _gate.WaitAsync(49 - i, default).AsTask())];

        for (int durable = 0; durable < 50; durable++)
        {
            _gate.Complete(durable);
            await waits[49 - durable];
            Assert.All(waits[..(49 - durable)], wait => Assert.False(wait.IsCompleted));
        }
    }

    [Fact]
    public async Task Wait_ForWhatIsDurable_IsOverAtOnce()
    {
        _gate.Complete(10);

        await _gate.WaitAsync(10, default);
        Assert.False(_gate.WaitAsync(11, default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Wait_Cancelled_EndsAloneAndItsWaiterIsUsedAgain()
    {
        using var cancel = new CancellationTokenSource();
        Task cancelled = _gate.WaitAsync(1, cancel.Token).AsTask();
        Task other = _gate.WaitAsync(1, default).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(other.IsCompleted);
        _gate.Complete(1);
        await other;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.WaitAsync(2, cancel.Token).AsTask());
    }

    [Fact]
    public async Task Failure_FailsWhatIsNotDurable_UntilTheNextCompletion()
    {
        Task durable = _gate.WaitAsync(1, default).AsTask();
        Task late = _gate.WaitAsync(2, default).AsTask();
        var failure = new JournalException("no space left");

        _gate.Fail(1, failure);

        await durable;
        Assert.Same(failure, await Assert.ThrowsAsync<JournalException>(() => late));
        Assert.Same(failure, await Assert.ThrowsAsync<JournalException>(() => _gate.WaitAsync(3, default).AsTask()));
        _gate.Complete(2);
        await _gate.WaitAsync(2, default);
        Assert.Null(_gate.Failure);
    }

    [Fact]
    public async Task Continuation_ThatBlocks_HoldsUpNoOtherRequest()
    {
        using var release = new ManualResetEventSlim();
        Task blocked = Block(_gate.WaitAsync(0, default), release);
        Task second = _gate.WaitAsync(0, default).AsTask();

        _gate.Complete(0);

        await second;
        Assert.False(blocked.IsCompleted);
        release.Set();
        await blocked;
    }

    /// <remarks>
    /// Requests that wait, give up and come too late race with the journal; a lost wake-up would leave one waiting.
    /// </remarks>
    [Fact]
    public async Task Waits_RacingWithTheJournal_AllEndAsTheyMust()
    {
        const int Sequences = 60_000;
        const int Requests = 4;
        long published = -1;
        var journal = new Thread(() =>
        {
            long durable;
            do
            {
                durable = Interlocked.Read(ref published);
                if (durable % 101 == 100)
                    _gate.Fail(durable, new JournalException("refused for now"));
                _gate.Complete(durable);
            }
            while (durable < Sequences - 1);
        });
        journal.Start();

        int failed = 0;
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (true)
            {
                long sequence = Interlocked.Increment(ref published);
                if (sequence >= Sequences)
                    return;
                using var cancel = new CancellationTokenSource();
                Task wait = _gate.WaitAsync(sequence, random.Next(3) == 0 ? cancel.Token : default).AsTask();
                if (random.Next(6) == 0)
                    await cancel.CancelAsync();
                try
                {
                    await wait;
                    Assert.True(_gate.DurableSequence >= sequence);
                }
                catch (Exception e) when (e is JournalException or OperationCanceledException)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })));

        journal.Join();
        Assert.InRange(failed, 1, Sequences);
    }

    [Fact]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each wait is consumed once, when it is over.")]
    public void Waits_OnceWarm_AllocateNothing()
    {
        long next = 0;
        var waits = new ValueTaskAwaiter[16];
        using var cancel = new CancellationTokenSource();

        long allocated = Allocations.DuringSteadyState(() =>
        {
            for (int i = 0; i < waits.Length; i++)
                waits[i] = _gate.WaitAsync(next + i, cancel.Token).GetAwaiter();
            next += waits.Length;
            _gate.Complete(next - 1);
            for (int i = 0; i < waits.Length; i++)
            {
                while (!waits[i].IsCompleted)
                    Thread.Yield();
                waits[i].GetResult();
            }
        });

        Assert.Equal(0, allocated);
    }

    private static async Task Block(ValueTask wait, ManualResetEventSlim release)
    {
        await wait;
        release.Wait();
    }
}
