using System.Text;

namespace Attribution.Reporter.Output;

/// <summary>
/// Where one answer goes: the standard output, or a file that is there only when it is whole. Owned by one
/// run.
/// </summary>
internal sealed class ReportTarget : IDisposable
{
    private const int BufferChars = 32 * 1024;
    private readonly string? _path;
    private readonly string? _unfinished;

    /// <exception cref="ReportException">The file cannot be made.</exception>
    public ReportTarget(OutputSettings settings, ReportConsole console)
    {
        IsTerminal = console.IsTerminal && settings.File is null;
        HasColor = settings.HasColor ?? (console.HasColor && settings.File is null);
        Width = console.Width;
        Text = console.Out;
        Bytes = console.OutBytes;
        if (settings.File is null)
            return;
        _path = settings.File;
        // Beside it, since only there a rename is one step.
        _unfinished = $"{_path}.{Environment.ProcessId}.part";
        try
        {
            Bytes = new FileStream(_unfinished, FileMode.Create, FileAccess.Write);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw Refused(error);
        }

        Text = new StreamWriter(Bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferChars);
    }

    public TextWriter Text { get; }

    /// <summary>For what is no text; null where a terminal, or a test, takes text only.</summary>
    public Stream? Bytes { get; }

    public bool IsTerminal { get; }

    public bool HasColor { get; }

    public int Width { get; }

    /// <summary>Gives the file its name, over an older one.</summary>
    /// <exception cref="ReportException">It cannot have it.</exception>
    public void Finish()
    {
        Text.Flush();
        if (_path is null)
            return;
        Text.Dispose();
        try
        {
            File.Move(_unfinished!, _path, overwrite: true);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw Refused(error);
        }
    }

    /// <summary>In words about the file that was named, not the one beside it.</summary>
    private ReportException Refused(Exception error) => new(
        error is DirectoryNotFoundException && Path.GetDirectoryName(_path) is { Length: > 0 } folder
            ? $"-o {_path}: there is no folder '{folder}'."
            : $"-o {_path}: {error.Message.Replace(
                _unfinished![_path!.Length..], "", StringComparison.Ordinal)}");

    /// <summary>What is not finished leaves nothing behind.</summary>
    public void Dispose()
    {
        if (_path is null)
            return;
        Text.Dispose();
        File.Delete(_unfinished!);
    }
}
