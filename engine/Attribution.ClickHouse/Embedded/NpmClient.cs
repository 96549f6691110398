using System.ComponentModel;
using System.Diagnostics;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Downloads one package's tarball with the npm client, so that the user's registry, proxy and keys apply.
/// Runs one npm process at a time and ends it when cancelled.
/// </summary>
internal sealed class NpmClient(string command)
{
    public const string Command = "npm";

    private const int ErrorCharacters = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private static readonly string[] NetworkErrors =
        ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH",
         "ENOTCACHED", "ERR_SOCKET_TIMEOUT"];

    /// <returns>The tarball's path, inside <paramref name="folder"/>.</returns>
    public async Task<string> PackAsync(
        LibraryPackage package, string folder, IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        string cache = Path.Combine(folder, "npm");
        Directory.CreateDirectory(cache);
        using Process npm = Start(package, folder, cache);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        try
        {
            Task<string> errors = ReadTailAsync(npm.StandardError, deadline.Token);
            Task<string> output = ReadTailAsync(npm.StandardOutput, deadline.Token);
            await ReportUntilExitAsync(npm, cache, package, progress, deadline.Token).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            if (npm.ExitCode != 0)
                throw Failed(package, npm.ExitCode, await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new EmbeddedException(
                $"npm took longer than {Patience.TotalMinutes} minutes to fetch {package.Package}. Check the "
                + $"network, or {package.WayOut}.");
        }
        finally
        {
            End(npm);
        }

        // npm's own copy is gone before unpacking, so that the peak use of the disk is one tarball and the
        // library.
        Directory.Delete(cache, recursive: true);
        return Directory.EnumerateFiles(folder, "*.tgz").FirstOrDefault() ?? throw new EmbeddedException(
            $"npm reported success but left no tarball of {package.Package}@{package.Version} in {folder}. "
            + "Check that npm on the PATH is the npm client, version 7 or later.");
    }

    private Process Start(LibraryPackage package, string folder, string cache)
    {
        var start = new ProcessStartInfo(command)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
            ["pack", $"{package.Package}@{package.Version}", "--pack-destination", folder, "--cache", cache,
             "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            Process npm = Process.Start(start)!;
            npm.StandardInput.Close();
            return npm;
        }
        catch (Win32Exception error)
        {
            throw new EmbeddedException(
                $"{package.Holds} comes as the npm package {package.Package}, and npm cannot be "
                + $"started ({error.Message}). Install Node.js with npm, or {package.WayOut}.",
                error);
        }
    }

    private static async Task ReportUntilExitAsync(
        Process npm, string cache, LibraryPackage package,
        IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        Task exit = npm.WaitForExitAsync(cancel);
        while (!exit.IsCompleted)
        {
            // npm tells nobody how far it is; its cache grows by what has arrived.
            progress?.Report(new LibraryProgress(LibraryStep.Fetching, SizeOf(cache), package.TarballBytes));
            await Task.WhenAny(exit, Task.Delay(ProgressInterval, cancel)).ConfigureAwait(false);
        }

        await exit.ConfigureAwait(false);
    }

    private static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0; // A file moved while it was being counted; the next look counts it.
        }
    }

    private static async Task<string> ReadTailAsync(StreamReader reader, CancellationToken cancel)
    {
        char[] buffer = new char[ErrorCharacters];
        string tail = "";
        while (true)
        {
            int read = await reader.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (read == 0)
                return tail.Trim();
            tail += new string(buffer, 0, read);
            tail = tail.Length <= ErrorCharacters ? tail : tail[^ErrorCharacters..];
        }
    }

    private static EmbeddedException Failed(LibraryPackage package, int exitCode, string errors)
    {
        string name = $"{package.Package}@{package.Version}";
        string wayOut = $"or {package.WayOut}";
        if (errors.Contains("ENOSPC", StringComparison.Ordinal))
            return new EmbeddedException(
                $"The disk is full: npm could not store {name}. Free space, or set ATTRIBUTION_CACHE to a "
                + "folder on another disk.");
        if (NetworkErrors.Any(code => errors.Contains(code, StringComparison.Ordinal)))
            return new EmbeddedException(
                $"npm cannot reach its registry to fetch {name}. Go online once, check npm's proxy and "
                + $"registry settings, {wayOut}. npm said: {errors}");
        return new EmbeddedException(
            $"npm could not fetch {name} (exit code {exitCode}). Try `npm view {name}` to see why, {wayOut}. "
            + $"npm said: {errors}");
    }

    private static void End(Process npm)
    {
        if (!npm.HasExited)
            npm.Kill(entireProcessTree: true);
    }
}
