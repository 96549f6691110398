using Microsoft.Win32.SafeHandles;

namespace Attribution.Engine.Journal;

/// <summary>
/// A folder on a real disk, with a file made ahead where asked for. Safe for use by several threads.
/// </summary>
public sealed class DiskJournalFileSystem : IJournalFileSystem, IDisposable
{
    private readonly string _folder;
    private readonly FileAccess _access;
    private readonly SpareFile? _spare;

    /// <summary>Makes the folder, durably, when it is missing.</summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="spareBytes">The size of the file that is kept ready for <see cref="Create"/>; 0 for none.
    /// Only for the one that writes the folder, until it is disposed.</param>
    public DiskJournalFileSystem(string folder, long spareBytes = 0)
        : this(folder, FileAccess.ReadWrite)
    {
        if (spareBytes > 0)
            _spare = new SpareFile(_folder, spareBytes);
    }

    private DiskJournalFileSystem(string folder, FileAccess access)
    {
        _folder = Path.GetFullPath(folder);
        _access = access;
        if (access == FileAccess.Read || Directory.Exists(_folder))
            return;

        string parent = Path.GetDirectoryName(_folder) ?? _folder;
        Guard(() => Directory.CreateDirectory(_folder));
        LibC.SyncDirectory(parent);
    }

    /// <summary>A folder that is only looked at, beside whoever writes it; need not exist.</summary>
    public static DiskJournalFileSystem ForReading(string folder) => new(folder, FileAccess.Read);

    public IReadOnlyList<string> List()
    {
        if (_access == FileAccess.Read && !Directory.Exists(_folder))
            return [];

        string[] names = Guard(() => Directory.GetFiles(_folder));
        for (int i = 0; i < names.Length; i++)
            names[i] = Path.GetFileName(names[i]);
        return names;
    }

    public IJournalFile Create(string name, long bytes)
    {
        if (_spare is not null && Guard(() => _spare.TryTake(PathOf(name), bytes)) is { } ready)
            return new DiskJournalFile(ready);

        SafeFileHandle handle = OpenHandle(name, FileMode.CreateNew);
        try
        {
            LibC.Preallocate(handle, bytes);
            return new DiskJournalFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public IJournalFile Open(string name) => new DiskJournalFile(OpenHandle(name, FileMode.Open));

    public void Delete(string name) => Guard(() => File.Delete(PathOf(name)));

    public void SyncDirectory() => LibC.SyncDirectory(_folder);

    public IJournalFileSystem Folder(string name) => new DiskJournalFileSystem(PathOf(name), _access);

    public void Dispose() => _spare?.Dispose();

    private string PathOf(string name) => Path.Combine(_folder, name);

    private SafeFileHandle OpenHandle(string name, FileMode mode) =>
        Guard(() => File.OpenHandle(
            PathOf(name), mode, _access,
            _access == FileAccess.Read ? FileShare.ReadWrite | FileShare.Delete : FileShare.Read));

    private static void Guard(Action call) => Guard(() =>
    {
        call();
        return true;
    });

    private static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>A file by its handle; used by one thread at a time.</summary>
    private sealed class DiskJournalFile(SafeFileHandle handle) : IJournalFile
    {
        public long LengthBytes => RandomAccess.GetLength(handle);

        public int ReadAt(long offset, Span<byte> target)
        {
            int total = 0;
            while (total < target.Length)
            {
                int read = RandomAccess.Read(handle, target[total..], offset + total);
                if (read == 0)
                    break;
                total += read;
            }

            return total;
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) =>
            RandomAccess.Write(handle, bytes, offset);

        public void SyncData() => LibC.SyncData(handle);

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Truncate(long bytes) => RandomAccess.SetLength(handle, bytes);

        public void Dispose() => handle.Dispose();
    }
}
