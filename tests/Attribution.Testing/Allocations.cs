namespace Attribution.Testing;

/// <summary>Measures what the calling thread allocates. Stateless.</summary>
public static class Allocations
{
    private const int WarmUpRuns = 64;
    private const int MeasuredRuns = 16;

    /// <summary>
    /// Bytes allocated on this thread by the least allocating of several runs, after a warm-up.
    /// </summary>
    /// <remarks>
    /// The least, because the runtime may allocate on its own while it compiles a method anew; code that
    /// allocates does so in every run.
    /// </remarks>
    public static long DuringSteadyState(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        for (int i = 0; i < WarmUpRuns; i++)
            action();

        long least = long.MaxValue;
        for (int i = 0; i < MeasuredRuns; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
