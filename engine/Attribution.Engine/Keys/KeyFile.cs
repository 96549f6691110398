using System.Text.Json;
using Attribution.ClickHouse.Embedded;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Keys;

/// <summary>
/// <c>keys.json</c> in the data folder: read at once, replaced as a whole. Several processes may change it
/// one after another; whoever reads finds one version or the next, also after a power loss. Stateless.
/// </summary>
/// <remarks>
/// Only the owner may read it. It holds no key, but the hash of 256 random bits per key, from which no key
/// can be found; who may write it can open every project.
/// </remarks>
public sealed class KeyFile
{
    private const string FileName = "keys.json";
    private const long MaxBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly string _folder;

    public KeyFile(string dataFolder)
    {
        _folder = Path.GetFullPath(dataFolder);
        FullName = Path.Combine(_folder, FileName);
    }

    public string FullName { get; }

    /// <summary>What changes whenever the file does; <c>default</c> where there is none.</summary>
    internal (DateTime Modified, long Length) Stamp
    {
        get
        {
            var file = new FileInfo(FullName);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }
    }

    /// <summary>All keys, those revoked among them; none where there is no file.</summary>
    /// <exception cref="KeyFileException">It cannot be read, or is no file of keys.</exception>
    public IReadOnlyList<ApiKey> Read()
    {
        try
        {
            var file = new FileInfo(FullName);
            if (!file.Exists)
                return [];
            if (file.Length > MaxBytes)
                throw new JsonException($"it has {file.Length} bytes, and {MaxBytes} are the most");
            return KeyDocument.Read(File.ReadAllBytes(FullName));
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new KeyFileException(
                $"{FullName} cannot be read as the file of keys: {failure.Message}. Put back a copy, or move "
                + "it away and create all keys anew.", failure);
        }
    }

    /// <summary>Replaces the keys by what is made of them, while nobody else changes them.</summary>
    /// <returns>What was made.</returns>
    /// <exception cref="KeyFileException">The file cannot be read or written.</exception>
    public async Task<IReadOnlyList<ApiKey>> ChangeAsync(
        Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change, CancellationToken cancel)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            using FolderLock? held = await FolderLock.WaitAsync(
                Path.Combine(_folder, "keys.lock"), "changing keys", LockPatience, waiting: null, cancel)
                .ConfigureAwait(false);
            if (held is null)
                throw new KeyFileException($"Another process has been changing {FullName} for too long.");

            IReadOnlyList<ApiKey> keys = change(Read());
            if (keys.Count > KeyDocument.MaxKeys)
                throw new KeyFileException(
                    $"{FullName} would hold more than {KeyDocument.MaxKeys} keys; take revoked ones out.");
            Replace(KeyDocument.Write(keys));
            return keys;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"{FullName} cannot be written: {failure.Message}", failure);
        }
    }

    private void Replace(byte[] content)
    {
        // Unreadable for others from its first byte on: a mode set afterwards would come too late.
        string next = FullName + ".new";
        File.Delete(next);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, FullName, overwrite: true);
        LibC.SyncDirectory(_folder);
    }
}
