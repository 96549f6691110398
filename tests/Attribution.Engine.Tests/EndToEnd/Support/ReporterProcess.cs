using System.Diagnostics;
using System.Text.Json;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// The reporter as an analyst runs it: a process of its own, its answer read as JSON. Stateless.
/// </summary>
internal static class ReporterProcess
{
    public static async Task<JsonElement[]> JsonAsync(
        Uri clickHouse, string database, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Attribution.Reporter.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (string argument in (string[])["--format", "json", "--database", database])
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--clickhouse");
        start.ArgumentList.Add(clickHouse.ToString());

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {await errors}");
        return JsonSerializer.Deserialize<JsonElement[]>(json)!;
    }
}
