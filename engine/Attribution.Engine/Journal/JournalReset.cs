namespace Attribution.Engine.Journal;

/// <summary>
/// Empties a journal whose every record is elsewhere, and keeps what it alone knows: how far sequences have
/// come. Called while no engine has the folder. Stateless.
/// </summary>
public static class JournalReset
{
    /// <returns>How many files were deleted: segments, and those of the quarantine.</returns>
    /// <exception cref="JournalException">The folder cannot be read or written; nothing is lost, and the
    /// call can be repeated.</exception>
    public static int Run(IJournalFileSystem files, JournalOptions options)
    {
        RecoveredJournal left = JournalRecovery.Run(files, options);
        try
        {
            List<FoundSegment> segments = SegmentFolder.Find(files);
            if (segments.Count > 0)
                WriteEmpty(files, left, options);

            // The new name is durable before the first of the old ones goes, and they go oldest first:
            // whatever interrupts this leaves a journal.
            foreach (FoundSegment segment in segments)
            {
                files.Delete(segment.Name.ToString());
                files.SyncDirectory();
            }

            return segments.Count + EmptyQuarantine(files.Folder(JournalQuarantine.FolderName));
        }
        catch (IOException e)
        {
            throw new JournalException("the journal cannot be emptied: " + e.Message, e);
        }
    }

    private static void WriteEmpty(IJournalFileSystem files, RecoveredJournal left, JournalOptions options)
    {
        var header = new SegmentHeader
        {
            Number = left.NextNumber,
            FirstSequence = left.NextSequence,
            PreviousEnd = left.NextSequence,
            PreviousSynced = false,
            Salt = options.NewSalt(),
        };
        byte[] region = new byte[SegmentHeader.RegionBytes];
        header.Write(region);
        string name = new SegmentName(header.Number, header.FirstSequence).ToString();
        using IJournalFile file = files.Create(name, region.Length);
        file.WriteAt(0, region);
        file.Sync();
        files.SyncDirectory();
    }

    private static int EmptyQuarantine(IJournalFileSystem quarantine)
    {
        IReadOnlyList<string> names = quarantine.List();
        foreach (string name in names)
            quarantine.Delete(name);
        quarantine.SyncDirectory();
        return names.Count;
    }
}
