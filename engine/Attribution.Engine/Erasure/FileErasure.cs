using System.Text;
using System.Text.Json;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Erasure;

/// <summary>
/// The files of the data folder that may hold a person besides the journal and ClickHouse:
/// <c>dead-letters.ndjson</c>, <c>exports/</c> and <c>spill/</c>. Can be repeated at any point. Used by one
/// thread while no engine runs.
/// </summary>
internal sealed class FileErasure(string dataFolder)
{
    /// <summary>Shorter ids stand by chance in any binary file, so they are not looked for there.</summary>
    private const int MinScannedBytes = 4;

    private const int ChunkBytes = 1024 * 1024;

    private readonly string _folder = Path.GetFullPath(dataFolder);

    private string Exports => Path.Combine(_folder, "exports");

    private string Spill => Path.Combine(_folder, "spill");

    private string LastResort => Path.Combine(_folder, "dead-letters.ndjson");

    /// <summary>Exports in which an id stands by itself, not within a longer word; relative paths.</summary>
    public IReadOnlyList<string> FindExports(IEnumerable<string> ids)
    {
        byte[][] texts = [.. ids.Select(Encoding.UTF8.GetBytes)];
        return
        [
            .. FilesIn(Exports).Where(path => Holds(path, texts))
                .Select(path => Path.GetRelativePath(Exports, path)).Order(StringComparer.Ordinal),
        ];
    }

    /// <returns>What was removed, by place.</returns>
    /// <exception cref="ErasureException">A file cannot be read or deleted.</exception>
    public async Task<Dictionary<string, long>> EraseAsync(ErasureReceipt receipt)
    {
        try
        {
            long exports = 0;
            foreach (string path in receipt.Exports.Select(name => Path.Combine(Exports, name)))
            {
                exports += File.Exists(path) ? 1 : 0;
                File.Delete(path);
            }

            // Everything that was spilled has been drained into ClickHouse, and deleted there.
            string[] spilled = [.. FilesIn(Spill)];
            foreach (string path in spilled)
                File.Delete(path);
            return new Dictionary<string, long>
            {
                ["exports"] = exports,
                ["spill"] = spilled.Length,
                ["clickhouse_logs"] = EmptyLogs(),
                ["dead_letters_file"] = await RewriteLastResortAsync(receipt.ToIds()).ConfigureAwait(false),
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ErasureException($"a file in {_folder} cannot be erased: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// The embedded ClickHouse writes queries into its log, and a report on the person names them. It has the
    /// newest file open and appends, so that one is emptied and the others deleted.
    /// </summary>
    private int EmptyLogs()
    {
        string[] logs = [.. FilesIn(Path.Combine(_folder, "clickhouse", "log"))];
        foreach (string path in logs)
        {
            if (!path.EndsWith(".log", StringComparison.Ordinal))
            {
                File.Delete(path);
                continue;
            }

            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.SetLength(0);
        }

        return logs.Length;
    }

    /// <summary>Lines of the file of last resort that name the person.</summary>
    public async Task<long> CountLastResortAsync(ErasedIds ids)
    {
        if (!File.Exists(LastResort))
            return 0;
        long count = 0;
        foreach (string line in File.ReadLines(LastResort))
            count += await NamesAsync(line, ids).ConfigureAwait(false) ? 1 : 0;
        return count;
    }

    /// <summary>Files of journal, exports and spill that still hold one of the ids by itself.</summary>
    public long CountFilesHolding(IEnumerable<string> ids)
    {
        byte[][] texts =
            [.. ids.Select(Encoding.UTF8.GetBytes).Where(text => text.Length >= MinScannedBytes)];
        return FilesIn(Path.Combine(_folder, "journal")).Concat(FilesIn(Exports)).Concat(FilesIn(Spill))
            .Count(path => Holds(path, texts));
    }

    private static IEnumerable<string> FilesIn(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        : [];

    private async Task<long> RewriteLastResortAsync(ErasedIds ids)
    {
        long removed = await CountLastResortAsync(ids).ConfigureAwait(false);
        if (removed == 0)
            return 0;

        string unfinished = LastResort + ".new";
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            foreach (string line in File.ReadLines(LastResort))
            {
                if (!await NamesAsync(line, ids).ConfigureAwait(false))
                    file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, LastResort, overwrite: true);
        LibC.SyncDirectory(_folder);
        return removed;
    }

    /// <summary>A line that cannot be read names nobody: it is kept for a person to look at.</summary>
    private static async ValueTask<bool> NamesAsync(string line, ErasedIds ids)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            byte[] row = json.RootElement.GetProperty("native").GetBytesFromBase64();
            return await LetterIds.NamesAsync(row, isNative: true, ids).ConfigureAwait(false);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException
            or FormatException or InvalidOperationException or NativeFormatException)
        {
            return false;
        }
    }

    /// <summary>Reads piece by piece, each overlapping the one before by the longest id.</summary>
    private static bool Holds(string path, byte[][] ids)
    {
        if (ids.Length == 0)
            return false;
        int overlap = ids.Max(id => id.Length) + 1;
        byte[] buffer = new byte[ChunkBytes + overlap];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        int kept = 0;
        while (true)
        {
            int read = file.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            ReadOnlySpan<byte> piece = buffer.AsSpan(0, kept + read);
            foreach (byte[] id in ids)
            {
                if (HoldsWord(piece, id))
                    return true;
            }

            if (kept + read < buffer.Length)
                return false;
            kept = overlap;
            piece[^overlap..].CopyTo(buffer);
        }
    }

    private static bool HoldsWord(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> id)
    {
        for (int at = 0; ; at++)
        {
            int found = piece[at..].IndexOf(id);
            if (found < 0)
                return false;
            at += found;
            bool beginsWord = at == 0 || !IsWord(piece[at - 1]);
            bool endsWord = at + id.Length >= piece.Length || !IsWord(piece[at + id.Length]);
            if (beginsWord && endsWord)
                return true;
        }
    }

    private static bool IsWord(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or >= 0x80;
}
