using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attribution.Bench.Load;

/// <summary>
/// Writes results beside the machine they were measured on, for <c>bench/results</c>. Stateless.
/// </summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task WriteAsync<TResult>(FileInfo? file, TResult result, CancellationToken cancel)
    {
        if (file is null)
            return;
        file.Directory?.Create();
        await using FileStream target = file.Create();
        var document = new { Machine = Machine.Current(), Result = result };
        await JsonSerializer.SerializeAsync(target, document, Options, cancel);
        Console.WriteLine($"The result is in {file.FullName}");
    }

    /// <summary>Writes a page beside the result, under its name.</summary>
    public static async Task WritePageAsync(
        FileInfo? file, Func<Machine, string> render, CancellationToken cancel)
    {
        if (file is null)
            return;
        string path = Path.ChangeExtension(file.FullName, "html");
        await File.WriteAllTextAsync(path, render(Machine.Current()), cancel);
        Console.WriteLine($"Its page is {path}");
    }
}
