using System.Globalization;

namespace Attribution.Bench.Crash;

/// <summary>What else the machine does while it is measured. Stateless.</summary>
internal static class MachineLoad
{
    /// <summary>The kernel's load average over one minute; null where there is none.</summary>
    public static double? OneMinute()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file)
            ? double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture)
            : null;
    }
}
