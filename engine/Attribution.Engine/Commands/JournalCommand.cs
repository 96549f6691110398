using System.CommandLine;
using Attribution.Engine.Journal;

namespace Attribution.Engine.Commands;

/// <summary>How <c>engine journal dump</c> writes an event.</summary>
internal enum DumpFormat
{
    /// <summary>One line of names and values for people.</summary>
    Text = 0,

    /// <summary>One JSON object a line.</summary>
    Ndjson = 1,
}

/// <summary>
/// <c>engine journal list|verify|dump</c>: what the journal holds, for people. The commands only read, so
/// they run beside an engine; they end with 0, with 1 where damage was found or the journal cannot be read,
/// and with 2 where the command line cannot be understood. Stateless.
/// </summary>
internal static class JournalCommand
{
    private static readonly Option<long> From = new("--from")
    {
        Description = "First sequence to show.",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<long> To = new("--to")
    {
        Description = "Last sequence to show.",
        DefaultValueFactory = _ => long.MaxValue,
    };

    private static readonly Option<long> Limit = new("--limit")
    {
        Description = "Events to show, at most.",
        DefaultValueFactory = _ => long.MaxValue,
    };

    private static readonly Option<DumpFormat> Format = new("--format")
    {
        Description = "text or ndjson.",
        DefaultValueFactory = _ => DumpFormat.Text,
    };

    public static Command Create()
    {
        var list = new Command("list", "Shows the journal's segments.") { EngineCommand.Data };
        list.SetAction(parsed => Run(parsed, view =>
        {
            JournalList.Write(view, Console.Out, TimeProvider.System.GetUtcNow());
            return 0;
        }));

        var verify = new Command("verify", "Reads every frame and shows what is damaged.")
        {
            EngineCommand.Data,
        };
        verify.SetAction(parsed => Run(parsed, view => JournalVerify.Write(view, Console.Out)));

        var dump = new Command("dump", "Shows the events that the journal holds.")
        {
            EngineCommand.Data, From, To, Limit, Format,
        };
        dump.SetAction(parsed => Run(parsed, view =>
        {
            var range = new DumpRange(
                parsed.GetValue(From), parsed.GetValue(To), parsed.GetValue(Limit));
            using Stream output = Console.OpenStandardOutput();
            JournalDump.Write(view, range, parsed.GetValue(Format), output);
            return 0;
        }));

        return new Command("journal", "Shows what the journal holds; changes nothing.")
        {
            list, verify, dump,
        };
    }

    private static int Run(ParseResult parsed, Func<JournalView, int> show)
    {
        string folder = Path.Combine(Path.GetFullPath(parsed.GetValue(EngineCommand.Data)!), "journal");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine(
                $"attribution: there is no journal at {folder}; name the engine's data folder with --data.");
            return EngineCommand.Refused;
        }

        try
        {
            return show(new JournalView(DiskJournalFileSystem.ForReading(folder)));
        }
        catch (Exception failure) when (failure is IOException or JournalException)
        {
            Console.Error.WriteLine(
                $"attribution: the journal at {folder} cannot be read: {failure.Message}");
            return EngineCommand.Refused;
        }
    }
}
