using System.Diagnostics;
using Attribution.Faults.Processes;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// The shell commands of docs/operations.md, run as they are written; only the variables that the document
/// begins with are the test's own. Stateless.
/// </summary>
internal static class DocumentedCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static string Document { get; } =
        File.ReadAllText(Path.Combine(Corpora.Repository(), "docs", "operations.md"));

    /// <summary>The data folder that the commands are given.</summary>
    public static string Data(string folder) => Path.Combine(folder, "data");

    /// <summary>Runs the commands after a mark, such as <c>&lt;!-- name --&gt;</c>, to their end.</summary>
    /// <returns>What they print.</returns>
    public static async Task<string> RunAsync(string mark, string folder, FixedPorts ports)
    {
        string engine = Path.Combine(AppContext.BaseDirectory, "Attribution.Engine.dll");
        string script = $"""
            set -eu
            DATA='{Data(folder)}'
            BACKUP='{Path.Combine(folder, "backup")}'
            CLICKHOUSE={ports.ClickHouseUrl.GetLeftPart(UriPartial.Authority)}
            URL={ports.EngineUrl.GetLeftPart(UriPartial.Authority)}
            ENGINE="dotnet {engine}"
            PORTS="--clickhouse-port {ports.ClickHouseHttp} --clickhouse-tcp-port {ports.ClickHouseTcp}"
            {CommandsAfter(mark)}
            """;
        using var shell = new Process
        {
            StartInfo = new ProcessStartInfo("bash", ["-c", script])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        shell.Start();
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(shell.ExitCode == 0, $"{mark}: exit {shell.ExitCode}\n{await output}{await errors}");
        return await output;
    }

    private static string CommandsAfter(string mark)
    {
        string[] parts = Document.Split($"<!-- {mark} -->\n```sh\n");
        Assert.True(parts.Length == 2, $"docs/operations.md has no commands, or several, marked '{mark}'.");
        return parts[1][..parts[1].IndexOf("\n```", StringComparison.Ordinal)];
    }
}
