using System.Runtime.InteropServices;

namespace Attribution.Bench.Load;

/// <summary>Processor time of the calling thread, which .NET does not tell. Stateless.</summary>
internal static unsafe partial class ThreadClock
{
    // CLOCK_THREAD_CPUTIME_ID, of Linux and of macOS.
    private static readonly int Clock = OperatingSystem.IsMacOS() ? 16 : 3;

    /// <returns>Zero where the system does not say.</returns>
    public static TimeSpan Now()
    {
        Time time;
        return clock_gettime(Clock, &time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanos / 1_000.0)
            : TimeSpan.Zero;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, Time* time);

    private struct Time
    {
        public long Seconds;
        public long Nanos;
    }
}
