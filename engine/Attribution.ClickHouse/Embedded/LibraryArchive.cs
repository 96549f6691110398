using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Checks a package's tarball against its recorded hash and takes the one library out of it.
/// Stateless; called under the cache's lock.
/// </summary>
internal static class LibraryArchive
{
    private const int CopyBytes = 1 << 20;
    private const string Prefix = "sha512-";

    public static async Task VerifyAsync(
        string tarball, LibraryPackage package,
        IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        await using FileStream file = File.OpenRead(tarball);
        byte[] buffer = new byte[CopyBytes];
        for (long done = 0; ;)
        {
            int read = await file.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (read == 0)
                break;
            hash.AppendData(buffer, 0, read);
            done += read;
            progress?.Report(new LibraryProgress(LibraryStep.Verifying, done, file.Length));
        }

        string found = Prefix + Convert.ToBase64String(hash.GetHashAndReset());
        if (found != package.Integrity)
            throw new EmbeddedException(
                $"What npm delivered as {package.Package}@{package.Version} is not the recorded package: its "
                + $"hash is {found}, expected {package.Integrity}. It was discarded. Check which registry "
                + $"and proxy npm uses (npm config get registry), or {package.WayOut}.");
    }

    public static async Task UnpackAsync(
        string tarball, string target, LibraryPackage package,
        IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        await using FileStream file = File.OpenRead(tarball);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var archive = new TarReader(unzipped);
        while (await archive.GetNextEntryAsync(copyData: false, cancel).ConfigureAwait(false) is { } entry)
        {
            if (entry.Name != package.Entry || entry.DataStream is null)
                continue;
            await CopyAsync(entry.DataStream, target, entry.Length, progress, cancel).ConfigureAwait(false);
            return;
        }

        throw new EmbeddedException(
            $"{package.Package}@{package.Version} holds no {package.Entry}. Report this, and "
            + $"{package.WayOut}.");
    }

    private static async Task CopyAsync(
        Stream source, string target, long totalBytes,
        IProgress<LibraryProgress>? progress, CancellationToken cancel)
    {
        await using FileStream output = File.Create(target);
        byte[] buffer = new byte[CopyBytes];
        long done = 0;
        while (true)
        {
            int read = await source.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (read == 0)
                break;
            await output.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
            done += read;
            progress?.Report(new LibraryProgress(LibraryStep.Unpacking, done, totalBytes));
        }

        // On disk before it gets its name: a name that exists must mean a whole library.
        output.Flush(flushToDisk: true);
    }
}
