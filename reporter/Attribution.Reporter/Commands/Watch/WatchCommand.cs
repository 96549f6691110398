using System.CommandLine;
using System.Globalization;

namespace Attribution.Reporter.Commands.Watch;

/// <summary><c>watch</c>: what happens now, drawn again and again. Owned by the root command.</summary>
internal sealed class WatchCommand : ReportCommand
{
    private readonly ReportConsole _console;

    private readonly Option<string> _interval = new("--interval")
    {
        Description = "How long between two looks: 500ms, 2s, 1m.",
        HelpName = "TIME",
        DefaultValueFactory = _ => "2s",
    };

    private readonly Option<bool> _once = new("--once") { Description = "Look once, in one line, and end." };

    public WatchCommand(ReportOptions options, ReportConsole console)
        : base(
            "watch",
            "A live screen: events per second, how old the newest is, conversions and top channels of "
            + "today, what was rejected. q or Ctrl-C ends it. One line per look where it is no terminal. Of "
            + "the shared options those for project, zone, model, config and server apply.",
            options,
            console)
    {
        _console = console;
        Options.Add(_interval);
        Options.Add(_once);
    }

    public override IReadOnlyList<string> Examples => ["watch --once", "watch --once --tz Europe/Berlin"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        if (session.Settings.Output.File is not null || session.Settings.Output.IsExplained)
            throw new UsageException("watch writes to the standard output only: leave -o and --explain out.");
        TimeSpan interval = Interval(parsed.GetRequiredValue(_interval));
        var query = new WatchQuery(session);
        WatchState state = await query.ReadAsync(cancel).ConfigureAwait(false);
        if (parsed.GetValue(_once))
        {
            _console.Out.Write(WatchFrame.Line(state, session.Zone) + "\n");
            return;
        }

        var loop = new WatchLoop(session, _console, interval);
        try
        {
            await (_console.IsTerminal ? loop.DrawAsync(state, cancel) : loop.WriteAsync(state, cancel))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw new StoppedException();
        }
    }

    private static TimeSpan Interval(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        double? unit = digits is < 1 or > 6 ? null : text[digits..] switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            _ => null,
        };
        double millis = unit is { } each ? each * int.Parse(text[..digits], CultureInfo.InvariantCulture) : 0;
        return millis is >= 100 and <= 3_600_000
            ? TimeSpan.FromMilliseconds(millis)
            : throw new UsageException($"--interval: '{text}' is no time from 100ms to 60m, as 2s.");
    }
}
