using System.Diagnostics;
using System.Globalization;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Keeps a folder to one process through a lock that the operating system drops however the process ends.
/// Owned by whoever acquired it, until disposed; any thread may dispose it.
/// </summary>
/// <remarks>
/// The lock is flock's, which .NET takes for <see cref="FileShare.None"/>. A text file beside it names the
/// holder for the message. Both are left in place: deleting a lock file would let two processes lock two
/// files.
/// </remarks>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock file, creating its folder where absent. <paramref name="address"/> is where the holder
    /// can be reached, for the message a second one gets; <paramref name="holder"/> is set
    /// when the answer is false.
    /// </summary>
    public static bool TryAcquire(string path, string address, out FolderLock? taken, out string holder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            taken = new FolderLock(file);
            taken.Describe(address);
            holder = "";
            return true;
        }
        catch (IOException held) when (IsHeld(held))
        {
            taken = null;
            holder = ReadHolder(path);
            return false;
        }
    }

    /// <summary>Tries until the lock is free or <paramref name="patience"/> has passed; null then.</summary>
    public static async Task<FolderLock?> WaitAsync(
        string path, string address, TimeSpan patience, Action? waiting, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryAcquire(path, address, out FolderLock? taken, out _))
                return taken;
            if (Stopwatch.GetElapsedTime(start) > patience)
                return null;
            waiting?.Invoke();
            await Task.Delay(50, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Replaces what a second holder is told, once the address is known.</summary>
    public void Describe(string address)
    {
        using Process self = Process.GetCurrentProcess();
        string started = self.StartTime.ToUniversalTime()
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string text = $"process {Environment.ProcessId}, started {started} UTC, at {address}";
        File.WriteAllText(HolderFile(_file.Name), text);
    }

    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK is 11 on Linux and 35 on macOS; 0x80070020 is .NET's sharing violation.
    private static bool IsHeld(IOException error) =>
        error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException)
        && error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string HolderFile(string path) => Path.ChangeExtension(path, ".txt");

    private static string ReadHolder(string path)
    {
        try
        {
            string text = File.ReadAllText(HolderFile(path)).Trim();
            return text.Length == 0 ? "another process" : text;
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
