using System.Globalization;
using Attribution.Replay;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Replay;

/// <summary>
/// Says how far a replay is: a share, a rate and how long it will still take. Called by the replay's thread.
/// </summary>
internal sealed class ReplayProgressText(ProgressLine line) : IProgress<ReplayProgress>
{
    public int ChunksDone { get; private set; }

    public void Report(ReplayProgress value)
    {
        ChunksDone = value.ChunksDone;
        line.Show(() => Text(value));
    }

    internal static string Text(in ReplayProgress progress)
    {
        double seconds = Math.Max(progress.Elapsed.TotalSeconds, 0.001);
        double rate = progress.EventsRead / seconds;
        double share = progress.EventsTotal == 0 ? 1 : (double)progress.EventsRead / progress.EventsTotal;
        string left = rate > 0
            ? Short(TimeSpan.FromSeconds(Math.Max(0, progress.EventsTotal - progress.EventsRead) / rate))
            : "?";
        int chunk = Math.Min(progress.ChunksDone + 1, progress.Chunks);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Math.Min(share, 1):0%}  {progress.EventsRead:N0} of {progress.EventsTotal:N0} events read  "
            + $"{rate / 1_000_000:0.00} M/s  {left} left  chunk {chunk} of {progress.Chunks}  "
            + $"{progress.Conversions:N0} conversions");
    }

    private static string Short(TimeSpan time) =>
        time.ToString(time < TimeSpan.FromHours(1) ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);
}
