using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Attribution.ClickHouse.Embedded;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Chromium, as Debian packages it, driven by Playwright, which comes through npm once per machine.
/// Stateless.
/// </summary>
internal static class Browser
{
    private const string Playwright = "1.65.1";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>What <c>look.mjs</c> sees in a page.</summary>
    /// <param name="html">The page.</param>
    /// <param name="scheme">light or dark.</param>
    /// <param name="screenshot">Where a picture of it goes.</param>
    public static async Task<JsonElement> LookAsync(string html, string scheme, string screenshot)
    {
        string folder = await PlaywrightAsync();
        string file = Path.ChangeExtension(Path.GetTempFileName(), ".html");
        await File.WriteAllTextAsync(file, html);
        try
        {
            string seen = await RunAsync(
                folder, "node", [Script(), Chromium(), file, scheme, screenshot]);
            return JsonDocument.Parse(seen).RootElement;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Chromium()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }
                .Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "The tests of pages need Chromium: apt-get install chromium.");
    }

    private static async Task<string> PlaywrightAsync()
    {
        string folder = Path.Combine(EmbeddedLibrary.CacheFolder, "playwright-core", Playwright);
        using FolderLock? held = await FolderLock.WaitAsync(
            folder + ".lock", "fetching playwright-core", Patience, null, CancellationToken.None);
        Assert.NotNull(held);
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "playwright-core")))
        {
            Directory.CreateDirectory(folder);
            await RunAsync(
                folder,
                "npm",
                ["install", "--prefix", folder, $"playwright-core@{Playwright}", "--ignore-scripts",
                 "--no-audit", "--no-fund", "--no-update-notifier"]);
        }

        return folder;
    }

    private static async Task<string> RunAsync(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    private static string Script([CallerFilePath] string file = "") => Path.Combine(
        Path.GetDirectoryName(Path.GetDirectoryName(file))!, "Pages", "look.mjs");
}
