using System.CommandLine;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary>
/// One command: reads its settings, runs, and turns what fails into a message and an exit code. Owned by the
/// root command.
/// </summary>
internal abstract class ReportCommand : ExampleCommand
{
    private readonly ReportOptions _options;
    private readonly ReportConsole _console;

    protected ReportCommand(string name, string description, ReportOptions options, ReportConsole console)
        : base(name, description)
    {
        _options = options;
        _console = console;
        SetAction(RunGuardedAsync);
    }

    protected abstract Task RunAsync(ReportSession session, ParseResult parsed, CancellationToken cancel);

    private async Task<int> RunGuardedAsync(ParseResult parsed, CancellationToken cancel)
    {
        ReportSettings? settings = null;
        try
        {
            settings = _options.Read(parsed, _console);
            await using var session = new ReportSession(settings, _console);
            await RunAsync(session, parsed, cancel).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (Exception error) when (Failure.TryFrom(error, settings?.Server, out Failure failure))
        {
            await _console.Error.WriteLineAsync($"error: {MultiLine(failure.Message)}").ConfigureAwait(false);
            return failure.Code;
        }
    }

    /// <summary>A server's message may quote data, and data may hold anything.</summary>
    private static string MultiLine(string message) =>
        string.Join('\n', message.Split('\n').Select(line => CellText.Plain(line.TrimEnd('\r'))));
}
