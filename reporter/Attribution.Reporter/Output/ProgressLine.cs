namespace Attribution.Reporter.Output;

/// <summary>
/// One line on the error stream that is written over until the run is done; nothing where that is no
/// terminal. Owned by one command; may be written from any thread, one at a time.
/// </summary>
/// <param name="console">The world around.</param>
/// <param name="isQuiet">Whether nothing is shown.</param>
/// <param name="head">Stands before each text.</param>
internal sealed class ProgressLine(ReportConsole console, bool isQuiet = false, string head = "")
    : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private long _shownAt;
    private int _shownChars;

    public bool IsShown => console.IsErrorTerminal && !isQuiet;

    /// <summary>Shows a text, unless one was shown just now.</summary>
    public void Show(Func<string> text)
    {
        if (!IsShown
            || (_shownChars > 0 && console.Clock.GetElapsedTime(_shownAt) < Interval))
            return;
        _shownAt = console.Clock.GetTimestamp();
        string line = head + text();
        line = line.Length < console.Width ? line : line[..(console.Width - 1)];
        console.Error.Write("\r" + line.PadRight(_shownChars));
        _shownChars = line.Length;
    }

    /// <summary>Leaves the place to what comes next.</summary>
    public void Dispose()
    {
        if (_shownChars > 0)
            console.Error.Write("\r" + new string(' ', _shownChars) + "\r");
        _shownChars = 0;
    }
}
