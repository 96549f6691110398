namespace Attribution.Engine.Journal;

/// <summary>
/// One folder of files as the journal needs it; the seam at which tests lose power and fill disks.
/// Safe for use by several threads on different files. Every failure is an <see cref="IOException"/>.
/// </summary>
public interface IJournalFileSystem
{
    /// <summary>Names of the files in the folder, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>
    /// A new file of that many zero bytes, its space reserved. Neither it nor its name is durable yet.
    /// </summary>
    IJournalFile Create(string name, long bytes);

    IJournalFile Open(string name);

    /// <summary>Durable only after <see cref="SyncDirectory"/>.</summary>
    void Delete(string name);

    /// <summary>Makes the names created and deleted so far durable.</summary>
    void SyncDirectory();

    /// <summary>A folder in this one, made durably when it is missing.</summary>
    IJournalFileSystem Folder(string name);
}

/// <summary>
/// One open file. Used by one thread at a time; closed by disposing. Every failure is an <see
/// cref="IOException"/>.
/// </summary>
public interface IJournalFile : IDisposable
{
    long LengthBytes { get; }

    /// <returns>Bytes read: fewer than asked for only where the file ends.</returns>
    int ReadAt(long offset, Span<byte> target);

    /// <summary>Writes all bytes or throws; after a throw any part of them may have been written.</summary>
    void WriteAt(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Makes the written bytes durable. After a throw nothing written since the last sync can be trusted.
    /// </summary>
    void SyncData();

    /// <summary>Makes the written bytes and the file's length durable.</summary>
    void Sync();

    void Truncate(long bytes);
}
