using System.Runtime.InteropServices;
using System.Text.Json;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// An npm package of which one file is needed, with the hash it must have: one platform's libchdb, read from
/// the embedded <c>libchdb.json</c>, or a library of the reporter's pages. Immutable.
/// </summary>
/// <remarks>
/// The integrity is in npm's form: <c>sha512-</c> and the Base64 of the tarball's SHA-512. The sizes are
/// those of the download and of the unpacked library, for progress and messages.
/// </remarks>
public sealed record LibraryPackage(
    string Version, string Package, string Integrity, long TarballBytes, long LibraryBytes)
{
    private const string OtherServer = "run with --clickhouse http://host:8123";

    /// <summary>The one file of it, as the tarball names it.</summary>
    public string Entry { get; init; } = "package/libchdb.so";

    /// <summary>Its folder in the cache.</summary>
    public string Folder { get; init; } = "libchdb";

    /// <summary>What people call it.</summary>
    public string Holds { get; init; } = "ClickHouse";

    /// <summary>What can be done without it, for the end of a message.</summary>
    public string WayOut { get; init; } = OtherServer;

    /// <exception cref="EmbeddedException">No package is recorded for this platform.</exception>
    public static LibraryPackage ForThisMachine() => ForPlatform(ThisPlatform());

    internal static LibraryPackage ForPlatform(string platform)
    {
        using Stream json = typeof(LibraryPackage).Assembly.GetManifestResourceStream("libchdb.json")!;
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        JsonElement platforms = root.GetProperty("platforms");
        if (!platforms.TryGetProperty(platform, out JsonElement entry))
        {
            string known = string.Join(", ", platforms.EnumerateObject().Select(each => each.Name));
            throw new EmbeddedException(
                $"No embedded ClickHouse is recorded for {platform} (recorded: {known}). Against a "
                + $"ClickHouse server instead: {OtherServer}.");
        }

        return new LibraryPackage(
            root.GetProperty("version").GetString()!,
            entry.GetProperty("package").GetString()!,
            entry.GetProperty("integrity").GetString()!,
            entry.GetProperty("tarballBytes").GetInt64(),
            entry.GetProperty("libraryBytes").GetInt64());
    }

    private static string ThisPlatform()
    {
        string system = OperatingSystem.IsLinux() ? "linux"
            : OperatingSystem.IsMacOS() ? "osx"
            : OperatingSystem.IsWindows() ? "win"
            : "other";
        string runtime = RuntimeInformation.RuntimeIdentifier;
        string libc = runtime.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
        string machine = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return $"{system}{libc}-{machine}";
    }
}
