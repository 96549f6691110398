using System.Globalization;

namespace Attribution.Reporter.Tests.Support;

/// <summary>The memory of a process as the kernel of Linux knows it. Stateless.</summary>
internal static class ProcessMemory
{
    /// <summary>The most that it ever had at once; 0 where it has ended.</summary>
    public static long PeakBytes(int process)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines($"/proc/{process}/status");
        }
        catch (IOException)
        {
            return 0;
        }

        string? line = lines.FirstOrDefault(each => each.StartsWith("VmHWM:", StringComparison.Ordinal));
        string kibibytes = new([.. (line ?? "0").Where(char.IsAsciiDigit)]);
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
    }
}
