using System.Diagnostics;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>What tests ask about and do to other processes by id. Stateless.</summary>
internal static class Processes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Signal(int id, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, $"{id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Whether it runs; one that ended and waits to be reaped does not.</summary>
    public static bool IsRunning(int id)
    {
        string status = $"/proc/{id}/stat";
        try
        {
            string text = File.ReadAllText(status);
            return text[(text.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// What a process has open, as the kernel names it: paths, <c>socket:[…]</c>, <c>pipe:[…]</c>.
    /// </summary>
    public static HashSet<string> Descriptors(int id)
    {
        var names = new HashSet<string>();
        foreach (string entry in Directory.EnumerateFileSystemEntries($"/proc/{id}/fd"))
        {
            try
            {
                if (new FileInfo(entry).LinkTarget is { } target)
                    names.Add(target);
            }
            catch (IOException)
            {
                // It was closed since it was listed.
            }
        }

        return names;
    }

    public static async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"Not within {Patience}: {what}");
            await Task.Delay(20);
        }
    }
}
