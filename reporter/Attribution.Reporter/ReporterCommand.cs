using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Attribution.Reporter.Commands;
using Attribution.Reporter.Commands.Cohorts;
using Attribution.Reporter.Commands.Completions;
using Attribution.Reporter.Commands.Configs;
using Attribution.Reporter.Commands.Doctor;
using Attribution.Reporter.Commands.Events;
using Attribution.Reporter.Commands.Explain;
using Attribution.Reporter.Commands.Export;
using Attribution.Reporter.Commands.Fit;
using Attribution.Reporter.Commands.Funnels;
using Attribution.Reporter.Commands.Manual;
using Attribution.Reporter.Commands.Paths;
using Attribution.Reporter.Commands.Quality;
using Attribution.Reporter.Commands.Replay;
using Attribution.Reporter.Commands.Schema;
using Attribution.Reporter.Commands.Sums;
using Attribution.Reporter.Commands.Trends;
using Attribution.Reporter.Commands.Watch;
using Attribution.Reporter.Commands.WhatIf;
using Attribution.Reporter.Output;

namespace Attribution.Reporter;

/// <summary>
/// The reporter's command line: its commands, their shared options and the exit code. Stateless.
/// </summary>
internal static class ReporterCommand
{
    /// <summary>How the program is called in examples.</summary>
    public const string ProgramName = "attribution";

    public static async Task<int> RunAsync(string[] args, ReportConsole console, CancellationToken cancel)
    {
        RootCommand root = Create(console);
        // A text that begins with @ is an id or SQL here, not a file with more arguments.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Help asked for is help given, whatever else stands on the line.
        IReadOnlyList<string> refused = parsed.Action is { ClearsParseErrors: true }
            ? []
            : Refusal.Of(parsed);
        if (refused.Count == 0)
        {
            var configuration = new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await InvokeAsync(parsed, configuration, console, cancel).ConfigureAwait(false);
        }

        // They quote arguments, which may hold anything.
        foreach (string sentence in refused)
            await console.Error.WriteLineAsync($"error: {CellText.PlainLines(sentence)}")
                .ConfigureAwait(false);
        string command = string.Join(' ', Names(parsed.CommandResult).Append(ProgramName).Reverse());
        await console.Error.WriteLineAsync($"See {command} --help.").ConfigureAwait(false);
        return ExitCode.Usage;
    }

    /// <summary>Runs until the last byte is where it should be, or can be nowhere.</summary>
    private static async Task<int> InvokeAsync(
        ParseResult parsed, InvocationConfiguration configuration, ReportConsole console,
        CancellationToken cancel)
    {
        try
        {
            int code = await parsed.InvokeAsync(configuration, cancel).ConfigureAwait(false);
            await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return code;
        }
        catch (ReaderGoneException)
        {
            return ExitCode.ReaderGone;
        }
        catch (ReportException error)
        {
            await console.Error.WriteLineAsync($"error: {error.Message}").ConfigureAwait(false);
            return error.Code;
        }
    }

    /// <summary>The command's name and its parents', up to the root.</summary>
    private static IEnumerable<string> Names(CommandResult result)
    {
        for (CommandResult? at = result; at?.Parent is CommandResult parent; at = parent)
            yield return at.Command.Name;
    }

    internal static RootCommand Create(ReportConsole console)
    {
        var root = new RootCommand(
            "Which touch earned a conversion: reports over what the engine wrote to ClickHouse.");
        var options = new ReportOptions();
        options.AddTo(root);
        root.Subcommands.Add(new ChannelsCommand(options, console));
        root.Subcommands.Add(new CampaignsCommand(options, console));
        root.Subcommands.Add(new SourcesCommand(options, console));
        root.Subcommands.Add(new TopCommand(options, console));
        root.Subcommands.Add(new ModelsCommand(options, console));
        root.Subcommands.Add(new TrendCommand(options, console));
        root.Subcommands.Add(new PathsCommand(options, console));
        root.Subcommands.Add(new FunnelCommand(options, console));
        root.Subcommands.Add(new CohortCommand(options, console));
        root.Subcommands.Add(new RetentionCommand(options, console));
        root.Subcommands.Add(new PageCommand(options, console));
        root.Subcommands.Add(new JourneyCommand(options, console));
        root.Subcommands.Add(new ConversionsCommand(options, console));
        root.Subcommands.Add(new EventsCommand(options, console));
        root.Subcommands.Add(new QualityCommand(options, console));
        root.Subcommands.Add(new WatchCommand(options, console));
        root.Subcommands.Add(new ExplainCommand(options, console));
        root.Subcommands.Add(new WhatIfCommand(options, console));
        root.Subcommands.Add(new ConfigCommand(options, console));
        root.Subcommands.Add(new FitCommand(options, console));
        root.Subcommands.Add(new ReplayCommand(options, console));
        root.Subcommands.Add(new DigestCommand(options, console));
        root.Subcommands.Add(new SumsCommand(options, console));
        root.Subcommands.Add(new SqlCommand(options, console));
        root.Subcommands.Add(new SchemaCommand(options, console));
        root.Subcommands.Add(new ExportCommand(options, console));
        root.Subcommands.Add(new DoctorCommand(options, console));
        root.Subcommands.Add(new CompletionCommand(console));
        root.Subcommands.Add(new ManCommand(root, console));
        root.Subcommands.Add(new CompleteCommand(root, console));
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            var builtIn = (HelpAction)help.Action!;
            help.Action = new ExampleHelp(builtIn, console.Width);
            root.SetAction(parsed => help.Action is ExampleHelp action ? action.Invoke(parsed) : ExitCode.Ok);
        }

        return root;
    }
}
