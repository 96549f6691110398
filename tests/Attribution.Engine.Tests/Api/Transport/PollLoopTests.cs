using Attribution.Engine.Api.Transport;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Tests.Api.Transport;

public class PollLoopTests
{
    private static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Wait_AskedInALoop_GoesOnInIt()
    {
        var gate = new DurabilityGate(-1);
        using var loop = new PollLoop("a-loop");
        var asked = new TaskCompletionSource();
        Task<string?> thread = InLoopAsync(loop, async () =>
        {
            ValueTask wait = gate.WaitAsync(0, default);
            asked.SetResult();
            await wait;
            return Thread.CurrentThread.Name;
        });
        await asked.Task.WaitAsync(TestPatience);

        gate.Complete(0);

        Assert.Equal("a-loop", await thread.WaitAsync(TestPatience));
    }

    [Fact]
    public async Task Waits_OfTwoLoopsAndThePool_AllGoOnWhereTheyWereAsked()
    {
        const int Waits = 300;
        var gate = new DurabilityGate(-1);
        using var one = new PollLoop("one");
        using var two = new PollLoop("two");
        using var allAsked = new CountdownEvent(Waits);
        var going = new List<Task<(string? Asked, string? Resumed)>>();
        for (int i = 0; i < Waits; i++)
        {
            int sequence = i;
            Func<Task<(string?, string?)>> wait = async () =>
            {
                string? asked = Thread.CurrentThread.Name;
                ValueTask waiting = gate.WaitAsync(sequence, default);
                allAsked.Signal();
                await waiting;
                return (asked, Thread.CurrentThread.Name);
            };
            going.Add((i % 3) switch
            {
                0 => InLoopAsync(one, wait),
                1 => InLoopAsync(two, wait),
                _ => Task.Run(wait),
            });
        }

        Assert.True(allAsked.Wait(TestPatience));
        for (int durable = 9; durable < Waits; durable += 10)
            gate.Complete(durable);

        (string? Asked, string? Resumed)[] ends = await Task.WhenAll(going).WaitAsync(TestPatience);
        Assert.All(ends, end => Assert.Equal(end.Asked, end.Resumed));
        Assert.Equal(["one", "two"], ends.Select(end => end.Asked).Where(IsOfALoop).Distinct().Order());
    }

    /// <remarks>The journal may complete a wait whose loop has ended since.</remarks>
    [Fact]
    public async Task Wait_ThatOutlivesItsLoop_GoesOnInThePool()
    {
        var gate = new DurabilityGate(-1);
        var loop = new PollLoop("a-loop");
        var asked = new TaskCompletionSource();
        Task<bool> isPooled = InLoopAsync(loop, async () =>
        {
            ValueTask wait = gate.WaitAsync(0, default);
            asked.SetResult();
            await wait;
            return Thread.CurrentThread.IsThreadPoolThread;
        });
        await asked.Task.WaitAsync(TestPatience);

        loop.Dispose();
        gate.Complete(0);

        Assert.True(await isPooled.WaitAsync(TestPatience));
    }

    private static bool IsOfALoop(string? thread) => thread is "one" or "two";

    private static Task<T> InLoopAsync<T>(PollLoop loop, Func<Task<T>> action)
    {
        var item = new Item<T>(action);
        loop.Post(item);
        return item.Result.Task;
    }

    /// <summary>Runs in the loop until its first wait.</summary>
    private sealed class Item<T>(Func<Task<T>> action) : IThreadPoolWorkItem
    {
        public TaskCompletionSource<T> Result { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async void Execute()
        {
            try
            {
                Result.SetResult(await action().ConfigureAwait(false));
            }
            catch (Exception failure)
            {
                Result.SetException(failure);
            }
        }
    }
}
