using System.Globalization;

namespace Attribution.Engine.Journal;

/// <summary>
/// Keeps the bytes of damaged stretches for people to look at, within a limit. Used by the thread that
/// recovers.
/// </summary>
internal sealed class JournalQuarantine(IJournalFileSystem journal, long maxBytes)
{
    private const string FolderName = "quarantine";
    private const int ChunkBytes = 64 * 1024;

    private IJournalFileSystem? _folder;
    private HashSet<string> _names = [];
    private long _bytes;

    /// <summary>Copies the stretch durably. What the disk does not give back stays 0 in the copy.</summary>
    /// <returns>False when there is no room or the disk refuses; the start goes on without the
    /// copy.</returns>
    public bool TryKeep(IJournalFile source, string segment, long offset, long bytes, out string name)
    {
        name = segment + "." + offset.ToString("D10", CultureInfo.InvariantCulture) + ".bad";
        if (bytes == 0)
            return false;

        try
        {
            _folder ??= OpenFolder();
            if (!_names.Contains(name))
            {
                if (bytes > maxBytes - _bytes)
                    return false;
                _bytes += bytes;
                _names.Add(name);
            }
            else
            {
                _folder.Delete(name);
            }

            Copy(source, offset, bytes, name);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private IJournalFileSystem OpenFolder()
    {
        IJournalFileSystem folder = journal.Folder(FolderName);
        _names = [.. folder.List()];
        foreach (string name in _names)
        {
            using IJournalFile file = folder.Open(name);
            _bytes += file.LengthBytes;
        }

        return folder;
    }

    private void Copy(IJournalFile source, long offset, long bytes, string name)
    {
        using IJournalFile target = _folder!.Create(name, bytes);
        byte[] chunk = new byte[ChunkBytes];
        for (long done = 0; done < bytes; done += ChunkBytes)
        {
            Span<byte> piece = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, bytes - done));
            piece.Clear();
            if (TryReadPiece(source, offset + done, piece))
                target.WriteAt(done, piece);
        }

        target.Sync();
        _folder.SyncDirectory();
    }

    private static bool TryReadPiece(IJournalFile source, long offset, Span<byte> piece)
    {
        try
        {
            source.ReadAt(offset, piece);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
