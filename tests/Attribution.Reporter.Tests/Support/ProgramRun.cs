using System.Diagnostics;

namespace Attribution.Reporter.Tests.Support;

/// <summary>One run of a program in a process of its own, with what it wrote. Immutable.</summary>
internal sealed record ProgramRun(int Code, string Out, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The reporter as it was built for these tests.</summary>
    public static string Reporter { get; } =
        Path.Combine(AppContext.BaseDirectory, "Attribution.Reporter.dll");

    /// <summary>Kills it, with what it has started, where it does not end.</summary>
    public static async Task<ProgramRun> OfAsync(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new ProgramRun(process.ExitCode, output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
