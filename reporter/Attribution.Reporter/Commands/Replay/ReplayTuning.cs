using System.CommandLine;
using Attribution.Model.Configs;
using Attribution.Replay;

namespace Attribution.Reporter.Commands.Replay;

/// <summary>
/// The options of every command that replays: how much memory, how many passes and threads. Owned by one
/// command.
/// </summary>
internal sealed class ReplayTuning
{
    private readonly Option<string> _memory = new("--memory")
    {
        Description = $"Bound on the histories held at once: {MemorySize.Forms}. More means fewer passes. "
            + "Links between ids come on top, 80 bytes each, and rows on their way to ClickHouse.",
        HelpName = "SIZE",
        DefaultValueFactory = _ => "1GiB",
    };

    private readonly Option<int?> _chunks = new("--chunks")
    {
        Description = "Passes over the events, each for a part of the persons; as --memory asks otherwise.",
        HelpName = "N",
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Threads that attribute; one per processor otherwise.",
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_memory);
        command.Options.Add(_chunks);
        command.Options.Add(_threads);
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public ReplayOptions Read(ParseResult parsed, ReportSession session, AttributionConfig config)
    {
        const int MaxThreads = 64;
        int? chunks = parsed.GetValue(_chunks);
        if (chunks is < 1 or > Replayer.MaxChunks)
            throw new UsageException($"--chunks: {chunks} is not 1 to {Replayer.MaxChunks}.");
        int threads = parsed.GetValue(_threads) ?? Math.Min(Environment.ProcessorCount, MaxThreads);
        if (threads is < 1 or > MaxThreads)
            throw new UsageException($"--threads: {threads} is not 1 to {MaxThreads}.");
        return new ReplayOptions
        {
            Config = config,
            Project = session.Settings.Project,
            From = session.Settings.Range.From,
            To = session.Settings.Range.To,
            MemoryBytes = MemorySize.Parse("--memory", parsed.GetRequiredValue(_memory)),
            Chunks = chunks,
            Threads = threads,
        };
    }
}
