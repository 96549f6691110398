using Attribution.ClickHouse.Embedded;

namespace Attribution.Engine;

/// <summary>
/// The data folder, held by this engine alone for as long as the process lives. The lock is the system's, so
/// a killed engine leaves none behind.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FolderLock _lock;

    private DataFolder(FolderLock taken) => _lock = taken;

    /// <exception cref="StartException">Another engine has it, or it cannot be made.</exception>
    public static DataFolder Take(EngineOptions options)
    {
        string folder = Path.GetFullPath(options.DataFolder);
        try
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, "engine.lock");
            if (FolderLock.TryAcquire(path, options.Url.ToString(), out FolderLock? taken, out string holder))
                return new DataFolder(taken!);
            throw new StartException(
                $"The data folder {folder} is in use by {holder}. Stop that engine, or give this one its own "
                + "folder with --data.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--data {folder} cannot be used: {failure.Message}", failure);
        }
    }

    public void Dispose() => _lock.Dispose();
}
