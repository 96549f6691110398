using System.Globalization;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Export;

/// <summary>
/// Writes one file per day into a folder, so that a run that broke off, however, is gone on with. Owned by
/// one run.
/// </summary>
/// <remarks>
/// A day is written beside its name, synced, renamed and then put into the manifest: what the manifest has is
/// whole. Its rows are counted before and after: since events are only added, equal counts are the file's.
/// </remarks>
/// <param name="session">Asks, and gives the days.</param>
/// <param name="question">Which rows.</param>
/// <param name="format">How they are written.</param>
/// <param name="folder">Made where it is not there.</param>
internal sealed class ExportFolder(
    ReportSession session, ExportQuestion question, ExportFormat format, string folder)
{
    private const int MaxAttempts = 3;
    private const string LockName = ".export.lock";

    private readonly ExportCopy _copy = new(session, format);

    /// <summary>Writes the days of the session's range that are not there yet.</summary>
    /// <param name="isForced">Writes all of them, over whatever is there.</param>
    /// <param name="cancel">Leaves the finished days.</param>
    /// <exception cref="ReportException">The folder holds something else, or cannot be written.</exception>
    public async Task RunAsync(bool isForced, CancellationToken cancel)
    {
        OnDisk(() => Directory.CreateDirectory(folder));
        using FileStream locked = Lock();
        ExportManifest manifest = Manifest(isForced);
        await WriteAsync(manifest, cancel).ConfigureAwait(false);
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None,
                bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new ReportException(
                $"--to-folder {folder}: another export may be writing there ({error.Message})");
        }
    }

    private T OnDisk<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new ReportException($"--to-folder {folder}: {error.Message}");
        }
    }

    private ExportManifest Manifest(bool isForced)
    {
        string asked = Question();
        if (isForced || OnDisk(() => ExportManifest.Read(folder)) is not { } found)
            return ExportManifest.Empty(folder, asked);
        return found.Question == asked
            ? found
            : throw new ReportException(
                $"--to-folder {folder} holds another export: {found.Question}. Choose another folder, or "
                + "--force writes everything anew.");
    }

    private string Question()
    {
        using var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("table", question.Table);
            json.WriteString("project", session.Settings.Project);
            json.WriteString("tz", session.Zone.Name);
            json.WriteString("format", format.Name);
            json.WriteString("fields", string.Join(',', question.Names));
            json.WriteString("where", question.Where?.Text);
            json.WriteString("model", session.Settings.Model);
            json.WriteString("config", session.Settings.Config);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private async Task WriteAsync(ExportManifest manifest, CancellationToken cancel)
    {
        ExportDay[] days = [.. ExportDay.Of(session.Settings.Range)];
        ExportDay[] missing = [.. days.Where(day => !IsThere(manifest, day))];
        long total = 0;
        if (missing.Length > 0)
            total = await _copy
                .CountAsync(question.Count(missing[0].From, missing[^1].To), cancel).ConfigureAwait(false);
        var progress = new ExportProgress(session, total);
        try
        {
            foreach (ExportDay day in missing)
            {
                ExportedDay written = await DayAsync(day, progress, cancel).ConfigureAwait(false);
                manifest.Set(written);
                OnDisk(manifest.Write);
            }
        }
        finally
        {
            progress.End();
        }

        int kept = days.Length - missing.Length;
        string there = kept > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $", {kept} {Plural.Of(kept, "was", "were")} there already")
            : "";
        session.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{missing.Length} {Plural.Of(missing.Length, "day")} with {progress.Rows:N0} "
            + $"{Plural.Of(progress.Rows, "row")} written to {folder}{there}."));
    }

    private bool IsThere(ExportManifest manifest, ExportDay day)
    {
        if (manifest.Find(day.Day) is not { IsFinished: true } found
            || (found.From, found.To) != (day.From, day.To))
            return false;
        var file = new FileInfo(Path.Combine(folder, found.File));
        return file.Exists && file.Length == found.Bytes;
    }

    private async Task<ExportedDay> DayAsync(
        ExportDay day, ExportProgress progress, CancellationToken cancel)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{question.Table}-{day.Day:yyyy-MM-dd}.{format.Name}");
        string path = Path.Combine(folder, name);
        long before = await CountAsync(day, cancel).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            (long bytes, string sha256) = await FileAsync(path, day, progress, cancel).ConfigureAwait(false);
            long after = await CountAsync(day, cancel).ConfigureAwait(false);
            if (after != before && attempt < MaxAttempts)
            {
                before = after;
                continue;
            }

            progress.Rows += after;
            return new ExportedDay(day.Day, name)
            {
                From = day.From,
                To = day.To,
                Rows = after == before ? after : null,
                Bytes = bytes,
                Sha256 = sha256,
                IsFinished = after == before && day.To <= session.Clock.GetUtcNow().UtcDateTime,
            };
        }
    }

    private Task<long> CountAsync(ExportDay day, CancellationToken cancel) =>
        _copy.CountAsync(question.Count(day.From, day.To), cancel);

    private async Task<(long Bytes, string Sha256)> FileAsync(
        string path, ExportDay day, ExportProgress progress, CancellationToken cancel)
    {
        string part = path + ".part";
        (long Bytes, string Sha256) copied;
        await using (FileStream file = OnDisk(
            () => new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.Read)))
        {
            copied = await _copy
                .RunAsync(question.Rows(day.From, day.To), file, progress.Copied, cancel)
                .ConfigureAwait(false);
            OnDisk(() => Flush(file));
        }

        return OnDisk(() => Named(part, path, copied));
    }

    private static bool Flush(FileStream file)
    {
        file.Flush(flushToDisk: true);
        return true;
    }

    private static (long Bytes, string Sha256) Named(
        string part, string path, (long Bytes, string Sha256) copied)
    {
        File.Move(part, path, overwrite: true);
        return copied;
    }
}
