using System.Globalization;

namespace Attribution.Bench.Schema;

/// <summary>
/// Processor time of another process on this machine, as Linux accounts for it. Stateless.
/// </summary>
internal static class ServerCpu
{
    // Fixed by the kernel's user interface, whatever its own timer's rate.
    private const double TicksPerSecond = 100;
    private const int UserField = 11;

    /// <summary>User and system time since the process began, of all of its threads.</summary>
    public static TimeSpan Of(int processId)
    {
        string text = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        long ticks = long.Parse(fields[UserField], CultureInfo.InvariantCulture)
            + long.Parse(fields[UserField + 1], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>How busy the machine is: runnable threads, averaged over the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    /// <summary>The machine's processor, as the kernel names it.</summary>
    public static string Model()
    {
        const string field = "model name";
        string? line = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(each => each.StartsWith(field, StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
