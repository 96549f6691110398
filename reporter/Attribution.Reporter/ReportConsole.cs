using System.Text;
using Attribution.Reporter.Output;

namespace Attribution.Reporter;

/// <summary>
/// The world around one run: where data and notes go, how wide the terminal is, environment and clock.
/// Owned by the run.
/// </summary>
internal sealed class ReportConsole : IDisposable
{
    private const int PipeWidth = 100;
    private const int OutputBufferChars = 32 * 1024;

    /// <summary>Data only.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Below <see cref="Out"/>, for data that is no text; null where only text is taken.</summary>
    public Stream? OutBytes { get; init; }

    /// <summary>Everything that is not data.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What is piped or typed in.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Whether <see cref="Out"/> is a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal, where progress is shown.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Character cells per line.</summary>
    public int Width { get; init; } = PipeWidth;

    public bool HasColor { get; init; }

    /// <summary>Cells and lines of the terminal, which may change at any time.</summary>
    public Func<(int Width, int Height)> Size { get; init; } = () => (PipeWidth, 24);

    /// <summary>A key that was pressed and is not read yet; null where there is none.</summary>
    public Func<char?> Key { get; init; } = () => null;

    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>Where the project's file of settings is looked for; null is nowhere.</summary>
    public string? WorkingFolder { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static ReportConsole OfProcess()
    {
        bool isTerminal = !Console.IsOutputRedirected;
        Func<string, string?> environment = System.Environment.GetEnvironmentVariable;
        bool wantsColor = string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") != "dumb";
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StandardOutput(Console.OpenStandardOutput());
        return new ReportConsole
        {
            Out = new StreamWriter(output, utf8, OutputBufferChars),
            OutBytes = isTerminal ? null : output,
            Error = Console.Error,
            In = Console.In,
            IsTerminal = isTerminal,
            IsErrorTerminal = !Console.IsErrorRedirected,
            Width = isTerminal ? TerminalWidth() : PipeWidth,
            HasColor = isTerminal && wantsColor,
            Size = () => (TerminalWidth(), Console.WindowHeight),
            Key = () => !Console.IsInputRedirected && Console.KeyAvailable
                ? Console.ReadKey(intercept: true).KeyChar
                : null,
            Environment = environment,
            WorkingFolder = System.Environment.CurrentDirectory,
        };
    }

    public void Dispose() => Out.Dispose();

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : PipeWidth;
        }
        catch (IOException)
        {
            return PipeWidth;
        }
    }
}
