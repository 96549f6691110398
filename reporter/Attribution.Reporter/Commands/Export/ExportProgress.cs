using System.Globalization;

namespace Attribution.Reporter.Commands.Export;

/// <summary>How far an export is, as people read it. Owned by one run.</summary>
internal sealed class ExportProgress(ReportSession session, long totalRows)
{
    private const double Mega = 1_000_000;
    private readonly long _start = session.Clock.GetTimestamp();
    private readonly Output.ProgressLine _line = session.NewProgress();

    /// <summary>Rows of all that was there or is done.</summary>
    public long Rows { get; set; }

    public long Bytes { get; private set; }

    public void Copied(long bytes)
    {
        Bytes += bytes;
        _line.Show(Text);
    }

    public void End() => _line.Dispose();

    internal string Text()
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        double seconds = Math.Max(session.Clock.GetElapsedTime(_start).TotalSeconds, 0.001);
        double ahead = Rows > 0 ? seconds * (totalRows - Rows) / Rows : 0;
        string left = ahead > 0
            ? $"  {TimeSpan.FromSeconds(ahead).ToString(@"h\:mm\:ss", invariant)} left"
            : "";
        return string.Create(
            invariant,
            $"{Rows:N0} of {totalRows:N0} rows  {Bytes / Mega:N1} MB  {Bytes / Mega / seconds:N1} "
                + $"MB/s{left}");
    }
}
