using Attribution.Engine.Journal;

namespace Attribution.Faults.Files;

/// <summary>A folder that takes everything and keeps nothing, at no cost. Stateless.</summary>
public sealed class EmptyFileSystem : IJournalFileSystem, IJournalFile
{
    public long LengthBytes => 0;

    public IReadOnlyList<string> List() => [];

    public IJournalFile Create(string name, long bytes) => this;

    public IJournalFile Open(string name) => this;

    public void Delete(string name)
    {
    }

    public void SyncDirectory()
    {
    }

    public IJournalFileSystem Folder(string name) => this;

    public int ReadAt(long offset, Span<byte> target) => 0;

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
    }

    public void SyncData()
    {
    }

    public void Sync()
    {
    }

    public void Truncate(long bytes)
    {
    }

    public void Dispose()
    {
    }
}
