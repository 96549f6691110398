using System.Diagnostics;
using Attribution.Bench.Crash;

namespace Attribution.Bench.Starts;

/// <summary>What one question to one program took, over all rounds. Immutable.</summary>
internal sealed record LaunchSummary(string Program, string Question, Spread Millis);

/// <summary>
/// Starts programs that answer and end, in turn, and takes the time from the start of the process to its end.
/// Owned by one command.
/// </summary>
/// <param name="programs">Command lines, their words parted by blanks.</param>
/// <param name="questions">What stands behind each of them.</param>
internal sealed class LaunchRun(IReadOnlyList<string> programs, IReadOnlyList<string> questions)
{
    private readonly Dictionary<(string, string), List<double>> _times = [];

    /// <summary>Each round asks every program everything; another one before them is not counted.</summary>
    /// <exception cref="IOException">One of them did not end well.</exception>
    public async Task<IReadOnlyList<LaunchSummary>> RunAsync(int rounds, CancellationToken cancel)
    {
        for (int round = 0; round <= rounds; round++)
        {
            foreach (string question in questions)
            {
                foreach (string program in programs)
                {
                    double time = await TimeAsync(program, question, cancel);
                    if (round > 0)
                        TimesOf(program, question).Add(time);
                }
            }
        }

        return
        [
            .. from question in questions
               from program in programs
               select new LaunchSummary(program, question, Spread.Of(TimesOf(program, question))!),
        ];
    }

    private List<double> TimesOf(string program, string question)
    {
        if (!_times.TryGetValue((program, question), out List<double>? times))
            _times[(program, question)] = times = [];
        return times;
    }

    private static async Task<double> TimeAsync(
        string program, string question, CancellationToken cancel)
    {
        string[] words = [.. program.Split(' '), .. question.Split(' ')];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        return process.ExitCode == 0
            ? took.TotalMilliseconds
            : throw new IOException($"{program} {question} ended with {process.ExitCode}: {await error}");
    }
}
