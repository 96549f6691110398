using System.Globalization;
using Attribution.Engine.Journal;

namespace Attribution.Faults.Files;

/// <summary>A call that <see cref="FaultyFileSystem.OnCall"/> may make fail.</summary>
public enum FileCall
{
    Create,
    Open,
    Delete,
    SyncDirectory,
    Read,
    Write,
    Sync,
    Truncate,
}

/// <summary>
/// A folder in memory that keeps apart what was written and what was synced, so that a power loss can drop
/// the rest. Used by one thread.
/// </summary>
/// <remarks>
/// A failed write leaves a part of itself. A failed sync writes some sectors and then forgets that the others
/// were never written, as Linux does: a later sync of the same file succeeds without them.
/// </remarks>
public sealed class FaultyFileSystem(Random random) : IJournalFileSystem
{
    private readonly Dictionary<string, FaultyFile> _names = [];
    private readonly Dictionary<string, FaultyFile> _durableNames = [];
    private readonly Dictionary<string, FaultyFileSystem> _folders = [];

    /// <summary>Called before every call; what it throws, the call throws.</summary>
    public Action<FileCall, string> OnCall { get; set; } = (_, _) => { };

    internal Random Random => random;

    public IReadOnlyList<string> List() => [.. _names.Keys.OrderBy(_ => random.Next())];

    public IJournalFile Create(string name, long bytes)
    {
        OnCall(FileCall.Create, name);
        if (_names.ContainsKey(name))
            throw new IOException(name + " exists");

        var file = new FaultyFile(this, name);
        file.Truncate(bytes);
        _names.Add(name, file);
        return file;
    }

    public IJournalFile Open(string name)
    {
        OnCall(FileCall.Open, name);
        return _names.TryGetValue(name, out FaultyFile? file) ? file : throw new FileNotFoundException(name);
    }

    public void Delete(string name)
    {
        OnCall(FileCall.Delete, name);
        _names.Remove(name);
    }

    public void SyncDirectory()
    {
        OnCall(FileCall.SyncDirectory, "");
        _durableNames.Clear();
        foreach ((string name, FaultyFile file) in _names)
            _durableNames.Add(name, file);
    }

    public IJournalFileSystem Folder(string name)
    {
        if (!_folders.TryGetValue(name, out FaultyFileSystem? folder))
            _folders.Add(name, folder = new FaultyFileSystem(random));
        folder.OnCall = (call, file) => OnCall(call, name + "/" + file);
        return folder;
    }

    /// <summary>
    /// Drops every name, length and sector that was not synced, or that luck does not keep.
    /// </summary>
    public void LosePower()
    {
        double kept = random.Next(3) / 2.0;
        foreach (string name in _names.Keys.Union(_durableNames.Keys).ToList())
        {
            bool keepsChange = random.NextDouble() < kept;
            Dictionary<string, FaultyFile> surviving = keepsChange ? _names : _durableNames;
            if (surviving.TryGetValue(name, out FaultyFile? file))
                _names[name] = file;
            else
                _names.Remove(name);
        }

        foreach (FaultyFile file in _names.Values)
            file.LosePower(kept);
        SyncDirectoryQuietly();
        foreach (FaultyFileSystem folder in _folders.Values)
            folder.LosePower();
    }

    /// <summary>Changes one bit that had been written, and synced where it was; nobody is told.</summary>
    /// <returns>Where; null when nothing has been written.</returns>
    public string? FlipBit()
    {
        List<string> names = [.. _names.Keys.Order(StringComparer.Ordinal)];
        if (names.Count == 0)
            return null;
        string name = names[random.Next(names.Count)];
        return _names[name].TryFlipBit(out int offset)
            ? string.Create(CultureInfo.InvariantCulture, $"{name} at {offset}")
            : null;
    }

    /// <summary>The bytes of a file as they can be read now.</summary>
    public byte[] Bytes(string name) => _names[name].Bytes();

    /// <summary>Puts a file in place, durably.</summary>
    public void Put(string name, byte[] bytes)
    {
        var file = new FaultyFile(this, name);
        file.Put(bytes);
        _names[name] = file;
        _durableNames[name] = file;
    }

    private void SyncDirectoryQuietly()
    {
        _durableNames.Clear();
        foreach ((string name, FaultyFile file) in _names)
            _durableNames.Add(name, file);
    }
}
