namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Sees to it that libchdb, or another library, lies in the user's cache: fetched once per machine through
/// npm, verified, unpacked. Safe to call from several processes at once; the first one
/// fetches, the others wait for it.
/// </summary>
public static class EmbeddedLibrary
{
    private static readonly TimeSpan OtherFetchPatience = TimeSpan.FromMinutes(30);

    /// <summary>
    /// <c>ATTRIBUTION_CACHE</c>, or the platform's cache folder for the user, and <c>attribution</c>.
    /// </summary>
    public static string CacheFolder
    {
        get
        {
            string? set = Environment.GetEnvironmentVariable("ATTRIBUTION_CACHE");
            if (!string.IsNullOrEmpty(set))
                return set;
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (OperatingSystem.IsMacOS())
                return Path.Combine(home, "Library", "Caches", "attribution");
            string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            string caches = string.IsNullOrEmpty(xdg) ? Path.Combine(home, ".cache") : xdg;
            return Path.Combine(caches, "attribution");
        }
    }

    /// <returns>The library's full path.</returns>
    /// <exception cref="EmbeddedException">It cannot be had; the message says what to do.</exception>
    public static Task<string> EnsureAsync(IProgress<LibraryProgress>? progress, CancellationToken cancel) =>
        EnsureAsync(LibraryPackage.ForThisMachine(), progress, cancel);

    /// <summary>The same for the one file of any package.</summary>
    /// <returns>The file's full path.</returns>
    /// <exception cref="EmbeddedException">It cannot be had; the message says what to do.</exception>
    public static Task<string> EnsureAsync(
        LibraryPackage package, IProgress<LibraryProgress>? progress, CancellationToken cancel) =>
        EnsureAsync(package, CacheFolder, NpmClient.Command, progress, cancel);

    internal static async Task<string> EnsureAsync(
        LibraryPackage package, string cache, string npm,
        IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        string folder = Path.Combine(cache, package.Folder, package.Version);
        string library = Path.Combine(folder, Path.GetFileName(package.Entry));
        if (File.Exists(library))
            return library;

        try
        {
            using FolderLock held =
                await LockAsync(folder + ".lock", package, progress, cancel).ConfigureAwait(false);
            if (!File.Exists(library))
                await FetchAsync(package, npm, library, progress, cancel).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw Unusable(cache, package, error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unusable(cache, package, error);
        }

        progress?.Report(new LibraryProgress(LibraryStep.Done, package.LibraryBytes, package.LibraryBytes));
        return library;
    }

    private static async Task<FolderLock> LockAsync(
        string path, LibraryPackage package, IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        void Waiting() => progress?.Report(new LibraryProgress(LibraryStep.WaitingForOther, 0, 0));
        FolderLock? held = await FolderLock
            .WaitAsync(path, $"fetching {package.Package}", OtherFetchPatience, Waiting, cancel)
            .ConfigureAwait(false);
        return held ?? throw new EmbeddedException(
            $"Another process has been fetching {package.Holds} for {OtherFetchPatience.TotalMinutes} "
            + $"minutes ({path}); end it and start again.");
    }

    private static async Task FetchAsync(
        LibraryPackage package, string npm, string library,
        IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        // One fixed name: what a killed fetch left behind is removed by the next one, under the lock.
        string folder = Path.GetDirectoryName(library)!;
        string temporary = folder + ".fetch";
        Remove(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            string tarball = await new NpmClient(npm)
                .PackAsync(package, temporary, progress, cancel)
                .ConfigureAwait(false);
            await LibraryArchive.VerifyAsync(tarball, package, progress, cancel).ConfigureAwait(false);
            string unpacked = Path.Combine(temporary, Path.GetFileName(package.Entry));
            await LibraryArchive.UnpackAsync(tarball, unpacked, package, progress, cancel)
                .ConfigureAwait(false);
            Directory.CreateDirectory(folder);
            File.Move(unpacked, library, overwrite: true);
        }
        finally
        {
            Remove(temporary);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static EmbeddedException Unusable(string cache, LibraryPackage package, Exception error)
    {
        long neededBytes = (2 * package.TarballBytes) + package.LibraryBytes;
        return new EmbeddedException(
            $"{package.Holds} cannot be put into the cache {cache}: {error.Message} It needs "
            + $"{neededBytes / 1_000_000} MB while unpacking. Free space there, or set ATTRIBUTION_CACHE to "
            + "a folder on another disk.",
            error);
    }
}
