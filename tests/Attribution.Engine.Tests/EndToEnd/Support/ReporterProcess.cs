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
        (int code, string json, string errors) = await RunAsync(
            clickHouse, key: null, [.. arguments, "--format", "json", "--database", database]);
        Assert.True(code == 0, $"exit {code}: {errors}");
        return JsonSerializer.Deserialize<JsonElement[]>(json)!;
    }

    /// <param name="key">What binds it to a project; null for none.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        Uri clickHouse, string? key, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Attribution.Reporter.dll"));
        foreach (string argument in (string[])[.. arguments, "--clickhouse", clickHouse.ToString()])
            start.ArgumentList.Add(argument);
        if (key is not null)
            start.Environment["ATTRIBUTION_KEY"] = key;

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
