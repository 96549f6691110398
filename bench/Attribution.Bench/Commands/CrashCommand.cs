using System.CommandLine;
using Attribution.Bench.Crash;
using Attribution.Bench.Load;
using Attribution.Engine.Journal;
using Attribution.Faults.Processes;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>crash --kills 60</c>: SIGKILL of the engine and its ClickHouse under load, and the ids at the end.
/// Stateless.
/// </summary>
internal static class CrashCommand
{
    private static readonly Option<int> Kills = Engines.Number("--kills", 60, 1, 1_000, "How many kills.");

    private static readonly Option<int> Seed = Engines.Number(
        "--seed", 1, 0, int.MaxValue, "Of the kills' plan and of the events.");

    private static readonly Option<Durability> Level = new("--durability")
    {
        Description = "The engine's; os and none measure what each kill of the engine loses.",
        DefaultValueFactory = _ => Durability.Fsync,
    };

    private static readonly Option<int> Rate = Engines.Number(
        "--rate", 5_000, 100, 1_000_000, "Events per second, at most.");

    private static readonly Option<int> Clients = Engines.Number("--clients", 4, 1, 64, "Senders.");

    private static readonly Option<FileInfo?> Json = Engines.JsonOption();

    public static Command Create()
    {
        var command = new Command(
            "crash", "Kill the engine and its ClickHouse under load; compare what was acknowledged by ids.")
        {
            Kills, Seed, Level, Rate, Clients, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        Durability durability = parsed.GetValue(Level);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attribution-crash-");
        try
        {
            var options = new CrashOptions
            {
                Folder = folder.FullName,
                Kills = parsed.GetValue(Kills),
                Seed = parsed.GetValue(Seed),
                Durability = durability,
                EngineOnly = durability != Durability.Fsync,
                Undisturbed = durability == Durability.Fsync,
                EventsPerSecond = parsed.GetValue(Rate),
                Clients = parsed.GetValue(Clients),
            };
            CrashReport report = await new CrashRun(options).RunAsync(
                progress => CrashText.Write(progress, options.Kills), cancel);
            CrashText.Write(report);
            await ResultFile.WriteAsync(
                parsed.GetValue(Json), CrashResult.Of(options, report), cancel);
            return report.Problems.Count == 0 ? 0 : 1;
        }
        catch (CrashException failure)
        {
            await Console.Error.WriteLineAsync($"crash: {failure.Message}");
            return 2;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
