using System.Diagnostics;
using Attribution.Bench.Load;
using Spectre.Console;

namespace Attribution.Bench.Sending;

/// <summary>
/// Shows a run while it goes on: a bar that is redrawn on a terminal, a line every two seconds where the
/// output is redirected. Owned by the command that runs it.
/// </summary>
internal sealed class LiveProgress(string what, double whole)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(2);

    private readonly long _started = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>
    /// Shows <paramref name="done"/> and <paramref name="figures"/> until the work has ended.
    /// </summary>
    public async Task WatchAsync(Task work, Func<double> done, Func<string> figures)
    {
        if (Console.IsOutputRedirected)
            await WriteLinesAsync(work, done, figures);
        else
            await DrawAsync(work, done, figures);
        await work;
    }

    /// <summary>Rate, latencies and errors, as every command shows them.</summary>
    public string Figures(long events, LatencyHistogram latencies, long errors)
    {
        double perSecond = events / Math.Max(0.001, Elapsed.TotalSeconds);
        return $"{events:N0} events  {perSecond:N0}/s  p50 {latencies.Millis(0.5):0.0} ms  "
            + $"p99 {latencies.Millis(0.99):0.0} ms  errors {errors:N0}";
    }

    private async Task DrawAsync(Task work, Func<double> done, Func<string> figures)
    {
        await AnsiConsole.Progress()
            .Columns(
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn(),
                new RemainingTimeColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(what, maxValue: whole);
                while (!work.IsCompleted)
                {
                    await Task.WhenAny(work, Task.Delay(Redraw));
                    bar.Value = done();
                    bar.Description = Markup.Escape(figures());
                }
            });
    }

    private async Task WriteLinesAsync(Task work, Func<double> done, Func<string> figures)
    {
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(LineEvery));
            double share = Math.Clamp(done() / Math.Max(1, whole), 0, 1);
            TimeSpan left = share > 0 ? Elapsed * ((1 - share) / share) : TimeSpan.Zero;
            await Console.Out.WriteLineAsync(
                $"{what} {share,6:P0}  {Elapsed.TotalSeconds:0} s, "
                + $"{left.TotalSeconds:0} s left  {figures()}");
        }
    }
}
