using Microsoft.Win32.SafeHandles;

namespace Attribution.Engine.Journal;

/// <summary>
/// Keeps one file of the journal's segment size ready, so that the journal's thread need not wait while the
/// disk makes one. Taken by that thread; made by one of its own.
/// </summary>
internal sealed class SpareFile : IDisposable
{
    /// <summary>Not the name of a segment; one left by a crash is made anew.</summary>
    public const string Name = "spare.new";

    private readonly string _folder;
    private readonly long _bytes;
    private readonly AutoResetEvent _wanted = new(true);
    private readonly Thread _thread;
    private readonly Lock _changing = new();
    private SafeFileHandle? _ready;
    private volatile bool _stopping;

    public SpareFile(string folder, long bytes)
    {
        _folder = folder;
        _bytes = bytes;
        _thread = new Thread(Run) { Name = "journal-spare", IsBackground = true };
        _thread.Start();
    }

    private string SparePath => Path.Combine(_folder, Name);

    /// <summary>The spare under a new name that is not durable yet; null when none of that size is ready.
    /// </summary>
    /// <exception cref="IOException">The disk refused the name.</exception>
    public SafeFileHandle? TryTake(string path, long bytes)
    {
        // Not waited for while one is being made: the caller is faster by itself.
        if (bytes != _bytes || !_changing.TryEnter())
            return null;

        try
        {
            if (_ready is not { } file)
                return null;
            _ready = null;
            Rename(file, path);
            return file;
        }
        finally
        {
            _changing.Exit();
            _wanted.Set();
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _wanted.Set();
        _thread.Join();
        _wanted.Dispose();
        _ready?.Dispose();
        _ready = null;
        TryDelete();
    }

    private void Rename(SafeFileHandle file, string path)
    {
        try
        {
            File.Move(SparePath, path, overwrite: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Run()
    {
        while (_wanted.WaitOne() && !_stopping)
        {
            using (_changing.EnterScope())
                _ready ??= TryMake();
        }
    }

    /// <returns>Null where the disk refused: the journal then makes its files itself and hears why.</returns>
    private SafeFileHandle? TryMake()
    {
        SafeFileHandle? file = null;
        try
        {
            TryDelete();
            file = File.OpenHandle(SparePath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
            LibC.Preallocate(file, _bytes);
            RandomAccess.FlushToDisk(file);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As when the disk is full: tried again when the journal next makes a file.
            file?.Dispose();
            TryDelete();
            return null;
        }
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(SparePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only takes room, and the next attempt fails at it where the journal's own does not.
        }
    }
}
