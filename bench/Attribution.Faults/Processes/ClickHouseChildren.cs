using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Attribution.Faults.Processes;

/// <summary>
/// The processes that host the ClickHouse of one data folder, whoever their parent is by now: found by their
/// command line, signalled by their id. Stateless; Linux only.
/// </summary>
public static class ClickHouseChildren
{
    private const string Program = "Attribution.ClickHouse";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>There may be two for a moment: one that is ending, one that waits for it.</summary>
    public static int[] Of(string dataFolder)
    {
        string folder = Path.Combine(Path.GetFullPath(dataFolder), "clickhouse");
        return
        [
            .. from directory in Directory.EnumerateDirectories("/proc")
               let id = Number(Path.GetFileName(directory))
               where id > 0 && Hosts(directory, folder)
               select id,
        ];
    }

    /// <summary>SIGKILL to all of them.</summary>
    /// <returns>How many there were.</returns>
    public static int Kill(string dataFolder)
    {
        int[] found = Of(dataFolder);
        foreach (int id in found)
            Kill(id);
        return found.Length;
    }

    /// <summary>SIGKILL to all of them, again until none is left.</summary>
    public static async Task KillAllAsync(string dataFolder)
    {
        while (Kill(dataFolder) > 0)
            await Task.Delay(PollInterval).ConfigureAwait(false);
    }

    /// <summary>Stops all of them from doing anything, as a starved machine would.</summary>
    /// <returns>How many there were.</returns>
    public static int Freeze(string dataFolder)
    {
        int[] found = Of(dataFolder);
        foreach (int id in found)
            Signals.Send("STOP", id);
        return found.Length;
    }

    private static void Kill(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself since it was found.
        }
    }

    private static bool Hosts(string directory, string folder)
    {
        try
        {
            // The arguments follow one another, each ended by a zero byte; an ended process has none.
            byte[] commandLine = File.ReadAllBytes($"{directory}/cmdline");
            string[] arguments = Encoding.UTF8.GetString(commandLine).Split('\0');
            return arguments.Contains(folder)
                && arguments.Any(argument => argument.Contains(Program, StringComparison.Ordinal));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int Number(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0;
}
