using System.Globalization;

namespace Attribution.Engine.Journal;

/// <summary>What became of a damaged stretch's bytes. A value.</summary>
/// <param name="Name">The copy's file in the quarantine; null where there is none.</param>
/// <param name="WasSeen">A person has marked the copy of an earlier start as looked at.</param>
internal readonly record struct SetAside(string? Name, bool WasSeen);

/// <summary>
/// Keeps the bytes of damaged stretches for people to look at, within a limit. Used by the thread that
/// recovers.
/// </summary>
/// <remarks>
/// A copy is named <c>SEGMENT.OFFSET.bad</c> where the stretch had been synced, and then makes every start
/// degraded until a person moves it away, or renames it to <c>….bad.seen</c> as long as the segment is still
/// in the journal. What a crash explains is named <c>….torn</c> and troubles nobody.
/// </remarks>
internal sealed class JournalQuarantine(IJournalFileSystem journal, long maxBytes)
{
    public const string FolderName = "quarantine";

    /// <summary>Ends the name of a copy that nobody has looked at.</summary>
    public const string UnseenSuffix = ".bad";

    private const string TornSuffix = ".torn";
    private const string SeenSuffix = ".seen";
    private const int ChunkBytes = 64 * 1024;

    private IJournalFileSystem? _folder;
    private HashSet<string> _names = [];
    private long _bytes;

    /// <summary>
    /// Copies the stretch durably, unless there is no room or the disk refuses: the start goes on without the
    /// copy. What the disk does not give back stays 0 in it.
    /// </summary>
    public SetAside Keep(IJournalFile source, string segment, in Stretch stretch)
    {
        if (stretch.Bytes == 0 && !stretch.WasDurable)
            return default;

        string name = segment + "." + stretch.Offset.ToString("D10", CultureInfo.InvariantCulture)
            + (stretch.WasDurable ? UnseenSuffix : TornSuffix);
        try
        {
            _folder ??= OpenFolder();
            if (_names.Contains(name + SeenSuffix))
                return new SetAside(name + SeenSuffix, WasSeen: true);
            if (_names.Contains(name))
                _folder.Delete(name);
            else if (stretch.Bytes > maxBytes - _bytes)
                return default;
            else
                _bytes += stretch.Bytes;

            Copy(source, stretch, name);
            _names.Add(name);
            return new SetAside(name, WasSeen: false);
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>Copies of lost stretches, of any start so far, that nobody has looked at.</summary>
    public int CountUnseen()
    {
        try
        {
            _folder ??= OpenFolder();
        }
        catch (IOException)
        {
            return 0;
        }

        int unseen = 0;
        foreach (string name in _names)
            unseen += name.EndsWith(UnseenSuffix, StringComparison.Ordinal) ? 1 : 0;
        return unseen;
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

    private void Copy(IJournalFile source, in Stretch stretch, string name)
    {
        using IJournalFile target = _folder!.Create(name, stretch.Bytes);
        byte[] chunk = new byte[ChunkBytes];
        for (long done = 0; done < stretch.Bytes; done += ChunkBytes)
        {
            Span<byte> piece = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, stretch.Bytes - done));
            piece.Clear();
            if (TryReadPiece(source, stretch.Offset + done, piece))
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
