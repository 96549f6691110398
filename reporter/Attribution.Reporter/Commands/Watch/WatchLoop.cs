using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Watch;

/// <summary>Looks again and again until it is stopped. Owned by one run.</summary>
internal sealed class WatchLoop(ReportSession session, ReportConsole console, TimeSpan interval)
{
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(50);
    private readonly WatchQuery _query = new(session);

    /// <summary>A line per look; ends when cancelled.</summary>
    public async Task WriteAsync(WatchState state, CancellationToken cancel)
    {
        while (true)
        {
            await console.Out.WriteAsync(WatchFrame.Line(state, session.Zone) + "\n").ConfigureAwait(false);
            await console.Out.FlushAsync(cancel).ConfigureAwait(false);
            await Task.Delay(interval, session.Clock, cancel).ConfigureAwait(false);
            state = await _query.ReadAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A screen that is drawn over; ends with the key q, or when cancelled.</summary>
    public async Task DrawAsync(WatchState state, CancellationToken cancel)
    {
        using var screen = new WatchScreen(console.Out);
        string trouble = "";
        while (!await QuitsAsync(screen, (state, trouble), cancel).ConfigureAwait(false))
        {
            try
            {
                state = await _query.ReadAsync(cancel).ConfigureAwait(false);
                trouble = "";
            }
            catch (Exception error) when (
                error is HttpRequestException or IOException or TimeoutException or ClickHouseException)
            {
                string reason = error.GetBaseException().Message;
                trouble = $"no answer since {session.Zone.Text(state.Now)}: {reason}";
            }
        }
    }

    /// <summary>Shows a state until the next look; drawn anew when the terminal's size changes.</summary>
    private async Task<bool> QuitsAsync(
        WatchScreen screen, (WatchState State, string Trouble) shown, CancellationToken cancel)
    {
        (int, int) drawn = default;
        long start = session.Clock.GetTimestamp();
        do
        {
            (int Width, int Height) size = console.Size();
            if (drawn != size)
                screen.Show(Lines(shown.State, shown.Trouble, size));
            drawn = size;
            if (console.Key() is 'q' or 'Q')
                return true;
            await Task.Delay(KeyInterval, session.Clock, cancel).ConfigureAwait(false);
        }
        while (session.Clock.GetElapsedTime(start) < interval);
        return false;
    }

    private List<string> Lines(WatchState state, string trouble, (int Width, int Height) size)
    {
        List<string> lines = WatchFrame.Lines(state, session.Zone, session.Settings.Project, size);
        if (trouble.Length > 0 && lines.Count > 1)
            lines[1] = CellWidth.Fit(CellText.Plain(trouble), Math.Max(1, size.Width - 1));
        return lines;
    }
}
