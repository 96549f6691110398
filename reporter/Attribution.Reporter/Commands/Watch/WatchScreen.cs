using System.Text;

namespace Attribution.Reporter.Commands.Watch;

/// <summary>
/// A terminal's other screen, drawn over in place and given back as it was. Owned by one command, which
/// disposes it however it ends.
/// </summary>
/// <remarks>
/// A frame is one write within a synchronised update (mode 2026, which terminals without it ignore), and
/// lines are cleared behind their text, never before it: nothing flickers.
/// </remarks>
internal sealed class WatchScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l\e[2J";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string BeginFrame = "\e[?2026h\e[H";
    private const string EndLine = "\e[K";
    private const string EndFrame = "\e[J\e[?2026l";

    private readonly TextWriter _output;

    public WatchScreen(TextWriter output)
    {
        _output = output;
        _output.Write(Enter);
        _output.Flush();
    }

    public void Show(IReadOnlyList<string> lines)
    {
        var frame = new StringBuilder(BeginFrame);
        for (int at = 0; at < lines.Count; at++)
        {
            // A line feed behind the last line would scroll a full screen.
            frame.Append(lines[at]).Append(EndLine).Append(at < lines.Count - 1 ? "\r\n" : "");
        }

        _output.Write(frame.Append(EndFrame).ToString());
        _output.Flush();
    }

    public void Dispose()
    {
        _output.Write(Leave);
        _output.Flush();
    }
}
