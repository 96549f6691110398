namespace Attribution.Ring.Tests.Support;

/// <summary>
/// How long a test waits for what must happen before it calls it a hang; never a measure of speed.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Limit), "What must happen did not happen.");

    public static void Join(IEnumerable<Thread> threads)
    {
        foreach (Thread thread in threads)
            Assert.True(thread.Join(Limit), $"Thread {thread.Name} hangs.");
    }

    public static Thread Start(string name, Action action)
    {
        // What it throws is found by what it left undone; unhandled it would end the process.
        var thread = new Thread(() => Record.Exception(action)) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }
}
