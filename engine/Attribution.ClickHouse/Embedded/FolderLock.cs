using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Keeps a folder to one process through a lock that the operating system drops however the process ends.
/// Owned by whoever acquired it, until disposed; any thread may dispose it.
/// </summary>
/// <remarks>
/// The file's text only names the holder for the message; the lock itself is flock's, which .NET takes for
/// <see cref="FileShare.None"/>. The file is left in place: deleting it would let two processes lock two files.
/// </remarks>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock file, creating its folder where absent. <paramref name="address"/> is where the holder can
    /// be reached, for the message a second one gets; <paramref name="holder"/> is set when the answer is false.
    /// </summary>
    public static bool TryAcquire(string path, string address, out FolderLock? taken, out string holder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Describe(file, address);
            taken = new FolderLock(file);
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

    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK is 11 on Linux and 35 on macOS; 0x80070020 is .NET's sharing violation.
    private static bool IsHeld(IOException error) =>
        error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException)
        && error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void Describe(FileStream file, string address)
    {
        string started = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string text = $"process {Environment.ProcessId}, started {started} UTC, at {address}";
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush();
    }

    private static string ReadHolder(string path)
    {
        try
        {
            // Sharing both ways takes no lock, so the holder's file can be read.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file, Encoding.UTF8);
            string text = reader.ReadToEnd().Trim();
            return text.Length == 0 ? "another process" : text;
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
