using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Attribution.ClickHouse.Embedded;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>
/// A shell script in the npm client's place, and a small package in libchdb's. Owned by one test.
/// </summary>
internal sealed class FakeNpm : IDisposable
{
    public const string Library = "not really a library";
    private readonly TemporaryFolder _folder = new();

    public FakeNpm(string entryName = "package/libchdb.so")
    {
        string tarball = _folder.File("package.tgz");
        WriteTarball(tarball, entryName);
        byte[] bytes = File.ReadAllBytes(tarball);
        string integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(bytes));
        Package = new LibraryPackage("1.2.3", "@test/library", integrity, bytes.Length, Library.Length);
        Script($"""
            echo "$*" >> "{_folder.File("calls")}"
            while [ "$1" != "--pack-destination" ]; do shift; done
            sleep 0.2
            cp "{tarball}" "$2/test-library-1.2.3.tgz"
            """);
    }

    public LibraryPackage Package { get; }

    public string Cache => _folder.File("cache");

    public string Command => _folder.File("npm");

    public string[] Calls =>
        File.Exists(_folder.File("calls")) ? File.ReadAllLines(_folder.File("calls")) : [];

    /// <summary>Replaces what the command does.</summary>
    public void Script(string body)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("No platform of the embedded ClickHouse is a Windows.");
        File.WriteAllText(Command, $"#!/bin/sh\nset -e\n{body}\n");
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(Command, mode);
    }

    public Task<string> EnsureAsync(
        LibraryPackage? package = null, IProgress<LibraryProgress>? progress = null) =>
        EmbeddedLibrary.EnsureAsync(package ?? Package, Cache, Command, progress, CancellationToken.None);

    public void Dispose() => _folder.Dispose();

    private static void WriteTarball(string path, string entryName)
    {
        using var zipped = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var archive = new TarWriter(zipped);
        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)
            [("package/package.json", "{}"), (entryName, Library)])
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
        }
    }
}
