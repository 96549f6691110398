using System.CommandLine;
using Attribution.ClickHouse.Embedded;
using Attribution.Engine.Commands;
using Attribution.Engine.Journal;
using Attribution.Engine.Keys;

namespace Attribution.Engine;

/// <summary>The engine's command line: what can be set, and what each command starts. Stateless.</summary>
internal static class EngineCommand
{
    /// <summary>Exit code of a start that was refused; the reason is on the error output.</summary>
    internal const int Refused = 1;

    /// <summary>Exit code of a command line that cannot be understood.</summary>
    internal const int Usage = 2;

    public static readonly Option<string> Urls = new("--urls")
    {
        Description = "Where the engine listens; loopback only while there is no ingest key.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    public static readonly Option<bool> ReusePort = new("--reuse-port")
    {
        Description = "Several engines, each with its own data and database, share the port; Linux only.",
    };

    public static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of the journal and of the embedded ClickHouse.",
        DefaultValueFactory = _ => "./data",
    };

    public static readonly Option<string?> ClickHouse = new("--clickhouse")
    {
        Description = "A ClickHouse server to use, 24.8 or newer, instead of the embedded one.",
    };

    public static readonly Option<int> ClickHousePort = new("--clickhouse-port")
    {
        Description = "HTTP port of the embedded ClickHouse; 0 takes any free one.",
        DefaultValueFactory = _ => 8123,
    };

    public static readonly Option<int> ClickHouseTcpPort = new("--clickhouse-tcp-port")
    {
        Description = "Native protocol's port of the embedded ClickHouse; 0 takes any free one.",
        DefaultValueFactory = _ => 9000,
    };

    public static readonly Option<string?> ClickHouseAccess = new("--clickhouse-access")
    {
        Description = "JSON file with user, password and database; the environment is read otherwise.",
    };

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "The attribution config: a JSON file, or the profile `web` or `mmp`; `web` otherwise.",
    };

    public static readonly Option<Durability> DurabilityLevel = new("--durability")
    {
        Description = "What an answer of 200 waits for: fsync, os or none.",
        DefaultValueFactory = _ => Durability.Fsync,
    };

    public static readonly Option<long> JournalMaxBytes = new("--journal-max-bytes")
    {
        Description = "Size of the journal at which events are refused until ClickHouse has taken some.",
        DefaultValueFactory = _ => 64L * 1024 * 1024 * 1024,
    };

    public static readonly Option<int> Shards = new("--shards")
    {
        Description = "Worker threads, each with its own persons; half the processors by default.",
        DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2),
    };

    public static readonly Option<int> RingSlots = new("--ring-slots")
    {
        Description = "Events the ring holds; a power of two.",
        DefaultValueFactory = _ => 65_536,
    };

    public static readonly Option<int> ArenaBytes = new("--arena-bytes")
    {
        Description = "Bytes of text the ring holds; a power of two.",
        DefaultValueFactory = _ => 64 * 1024 * 1024,
    };

    public static readonly Option<int> BatchRows = new("--batch-rows")
    {
        Description = "Rows per insert, at most.",
        DefaultValueFactory = _ => 100_000,
    };

    public static readonly Option<int> BatchBytes = new("--batch-bytes")
    {
        Description = "Uncompressed bytes per insert, at most.",
        DefaultValueFactory = _ => 16 * 1024 * 1024,
    };

    public static readonly Option<int> BatchAge = new("--batch-age-ms")
    {
        Description = "Age in milliseconds at which a row is sent; four times that while ClickHouse is busy.",
        DefaultValueFactory = _ => 200,
    };

    public static readonly Option<int> MaxPersons = new("--max-persons")
    {
        Description = "Persons per shard that are remembered; a power of two.",
        DefaultValueFactory = _ => 4 * 1024 * 1024,
    };

    public static readonly Option<int> MaxTouches = new("--max-touches")
    {
        Description = "Touches per person that are remembered, 1 to 128.",
        DefaultValueFactory = _ => 128,
    };

    public static readonly Option<int> DedupeIds = new("--dedupe-ids")
    {
        Description = "Newest event ids that are remembered, at least; a power of two.",
        DefaultValueFactory = _ => 4 * 1024 * 1024,
    };

    public static readonly Option<int> MaxBodyBytes = new("--max-body-bytes")
    {
        Description = "Bytes of one body, as sent and as decompressed.",
        DefaultValueFactory = _ => 4 * 1024 * 1024,
    };

    public static readonly Option<long> MaxBodiesBytes = new("--max-bodies-bytes")
    {
        Description = "Bytes of all bodies in work at one time; more are refused with 503.",
        DefaultValueFactory = _ => 512L * 1024 * 1024,
    };

    public static readonly Option<int> MaxEventBytes = new("--max-event-bytes")
    {
        Description = "Bytes of one event; 32,768 at most.",
        DefaultValueFactory = _ => 32 * 1024,
    };

    public static readonly Option<int> MaxJsonDepth = new("--max-json-depth")
    {
        Description = "Objects and arrays in each other; 64 at most.",
        DefaultValueFactory = _ => 64,
    };

    public static readonly Option<int> MaxHeaderBytes = new("--max-header-bytes")
    {
        Description = "Bytes of all headers of one request.",
        DefaultValueFactory = _ => 32 * 1024,
    };

    public static readonly Option<int> HeaderTimeout = new("--header-timeout-ms")
    {
        Description = "Milliseconds from a request's first byte to the end of its headers.",
        DefaultValueFactory = _ => 10_000,
    };

    public static readonly Option<int> MinBodyRate = new("--min-body-rate")
    {
        Description = "Bytes per second with which a body must arrive.",
        DefaultValueFactory = _ => 10_000,
    };

    public static readonly Option<int> BodyGrace = new("--body-grace-ms")
    {
        Description = "Milliseconds before the rate of a body counts.",
        DefaultValueFactory = _ => 5_000,
    };

    public static readonly Option<int> IdleTimeout = new("--idle-timeout-ms")
    {
        Description = "Milliseconds a connection may stay without a request.",
        DefaultValueFactory = _ => 130_000,
    };

    public static readonly Option<int> MaxConnections = new("--max-connections")
    {
        Description = "Connections at one time; more are closed at once.",
        DefaultValueFactory = _ => 20_000,
    };

    public static readonly Option<int> EventsPerSecond = new("--events-per-second")
    {
        Description = "Events per second of one key that says nothing itself; 0 sets no limit.",
        DefaultValueFactory = _ => 0,
    };

    public static readonly Option<string?> Certificate = new("--cert")
    {
        Description = "PEM file of the certificate to speak TLS with; read again when it changes.",
    };

    public static readonly Option<string?> CertificateKey = new("--key")
    {
        Description = "PEM file of the certificate's private key.",
    };

    /// <summary>
    /// Every option of the main command, in the order of the help and of the README's table.
    /// </summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Urls, ReusePort, Data, ClickHouse, ClickHousePort, ClickHouseTcpPort, ClickHouseAccess, Config,
        DurabilityLevel,
        JournalMaxBytes, Shards, RingSlots, ArenaBytes, BatchRows, BatchBytes, BatchAge, MaxPersons,
        MaxTouches, DedupeIds, Certificate, CertificateKey, MaxBodyBytes, MaxBodiesBytes, MaxEventBytes,
        MaxJsonDepth, MaxHeaderBytes, HeaderTimeout, MinBodyRate, BodyGrace, IdleTimeout, MaxConnections,
        EventsPerSecond,
    ];

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Attribution: takes events over HTTP, attributes conversions, writes to ClickHouse.");
        foreach (Option option in All)
            root.Options.Add(option);
        root.SetAction((parsed, cancel) =>
            GuardAsync(() => EngineProcess.RunAsync(OptionsReader.Read(parsed), cancel)));

        var server = new Command("clickhouse", "Runs the embedded ClickHouse alone, until it is interrupted.")
        {
            Data, ClickHousePort, ClickHouseTcpPort,
        };
        server.SetAction((parsed, cancel) =>
            GuardAsync(() => EngineProcess.RunClickHouseAsync(OptionsReader.ReadServer(parsed), cancel)));
        root.Subcommands.Add(server);
        root.Subcommands.Add(JournalCommand.Create());
        root.Subcommands.Add(KeysCommand.Create(Data));
        root.Subcommands.Add(EraseCommand.Create(GuardAsync));
        return root;
    }

    internal static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception refusal) when (refusal is StartException or EmbeddedException or KeyFileException)
        {
            await Console.Error.WriteLineAsync($"attribution: {refusal.Message}").ConfigureAwait(false);
            return Refused;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("attribution: stopped before it was ready")
                .ConfigureAwait(false);
            return Refused;
        }
    }
}
