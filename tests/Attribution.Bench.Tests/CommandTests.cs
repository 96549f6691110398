using System.Diagnostics;

namespace Attribution.Bench.Tests;

/// <remarks>
/// Commands that take seconds, once, as a user runs them and as small as they go: that each ends well and has
/// counted what it was told to. Figures of time are never looked at.
/// </remarks>
public sealed class CommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("attribution-bench-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("capacity", "A billion events: ")]
    [InlineData("inserts --blocks 2 --rows 1000 --rounds 1 --only arrival",
        "2 blocks of 1,000 simulated events")]
    [InlineData("distributed --blocks 1 --rows 1000 --rounds 1", "| 1 | ")]
    [InlineData("replay --events 2000 --rounds 1", "replay, round 1")]
    [InlineData("truth --events 2000", "| ")]
    [InlineData("state --persons 1000 --touches 1 --baseline 1000", "touch 1 of every person")]
    [InlineData("soak --seeds 2", "2 seeds ")]
    [InlineData("fuzz --seconds 1", "all held")]
    [InlineData("compare --rounds 1 --seconds 1 --warm-up 0 --scenario single --servers engine storing",
        "engine / storing: ")]
    [InlineData("scale --rounds 1 --seconds 1 --warm-up 0", "all cores / one core: ")]
    [InlineData("settings --variant server-gc --rounds 1 --seconds 1 --warm-up 0", "| server-gc | ")]
    [InlineData("end-to-end --seconds 1 --alone-seconds 1 --warm-up 1 --rounds 1 --prepared 100000",
        ": exactly these")]
    [InlineData("sorting-keys --rows 1000", "| ")]
    [InlineData("crash --kills 2 --rate 500 --clients 1", "verdict        kept")]
    [InlineData("parser --rounds 1 --warm-up-ms 1", "medians of 1 alternating rounds")]
    [InlineData("questions --events 30000 --rounds 1 --only channels --data world",
        "| `channels --model linear` | ")]
    [InlineData("launch dotnet --question=--version --rounds 2", "| `dotnet` | `--version` | ")]
    public async Task Command_AsSmallAsItGoes_EndsWellAndCountsWhatItDid(string command, string expected)
    {
        (int code, string output) = await RunAsync(command, _folder);

        Assert.True(code == 0, $"{code}\n{output}");
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_IntoAFile_WritesAsManyEventsAsItWasTold()
    {
        string file = Path.Combine(_folder, "events.ndjson");

        (int code, string output) = await RunAsync($"simulate --events 1000 --output {file}", _folder);

        Assert.True(code == 0, output);
        // Some come twice, as senders repeat what they are not sure of.
        Assert.Equal(1_000, File.ReadLines(file).Distinct().Count());
    }

    [Fact]
    public async Task Load_AtAShareOfAGivenRate_SaysThatItFindsTheRate()
    {
        (int code, string output) = await RunAsync("load --at 50 --rate 10", _folder);

        Assert.Equal(1, code);
        Assert.Contains("--at finds the rate itself", output, StringComparison.Ordinal);
    }

    internal static async Task<(int Code, string Output)> RunAsync(string command, string folder)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Attribution.Bench.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. command.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
