using System.Runtime.InteropServices;
using System.Text.Json;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// One platform's npm package that holds libchdb, with the hash it must have. Immutable; read from the
/// embedded <c>libchdb.json</c>.
/// </summary>
/// <remarks>
/// The integrity is in npm's form: <c>sha512-</c> and the Base64 of the tarball's SHA-512. The sizes are
/// those of the download and of the unpacked library, for progress and messages.
/// </remarks>
public sealed record LibraryPackage(
    string Version, string Package, string Integrity, long TarballBytes, long LibraryBytes)
{
    private const string WayOut = "Run against a ClickHouse server instead: --clickhouse http://host:8123.";

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
                $"No embedded ClickHouse is recorded for {platform} (recorded: {known}). {WayOut}");
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
