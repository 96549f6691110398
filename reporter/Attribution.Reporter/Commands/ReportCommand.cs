using System.CommandLine;
using Attribution.ClickHouse.Http;
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

    /// <summary>For a command that asks another one and keeps its answer.</summary>
    public Task AnswerAsync(ReportSession session, ParseResult parsed, CancellationToken cancel) =>
        RunAsync(session, parsed, cancel);

    protected abstract Task RunAsync(ReportSession session, ParseResult parsed, CancellationToken cancel);

    private async Task<int> RunGuardedAsync(ParseResult parsed, CancellationToken cancel)
    {
        ReportSettings? settings = null;
        try
        {
            settings = _options.Read(parsed, _console);
            Unheeded.Refuse(parsed.CommandResult, settings);
            settings = await BoundAsync(settings, cancel).ConfigureAwait(false);
            await using var session = new ReportSession(settings, _console);
            await RunAsync(session, parsed, cancel).ConfigureAwait(false);
            return await session.FinishAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.TryFrom(error, settings?.Server, out Failure failure))
        {
            // A server's message may quote data, and data may hold anything.
            string message = CellText.PlainLines(failure.Message);
            if (message.Length > 0)
                await _console.Error.WriteLineAsync($"error: {message}").ConfigureAwait(false);
            return failure.Code;
        }
    }

    /// <summary>With a key the project is the key's own, as the server knows it.</summary>
    /// <exception cref="UsageException">Something names another one.</exception>
    private static async Task<ReportSettings> BoundAsync(
        ReportSettings settings, CancellationToken cancel)
    {
        if (settings.Key is null)
            return settings;
        await using var client = new ClickHouseClient(settings.Server);
        string project = await client.ScalarAsync<string>("SELECT project FROM own_project", null, cancel)
            .ConfigureAwait(false);
        if (settings.ProjectPlace is not null && settings.Project != project)
            throw new UsageException(
                $"{settings.ProjectPlace}: the key in {ReadKey.Variable} is for one project only, which is "
                + $"not '{settings.Project}'.");
        return settings with { Project = project };
    }
}
