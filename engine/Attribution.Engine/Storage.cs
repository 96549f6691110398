using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;
using Attribution.Engine.Keys;

namespace Attribution.Engine;

/// <summary>
/// The ClickHouse that an engine writes to: embedded, or a server that was named; its schema is up to date.
/// Owned by the run.
/// </summary>
internal sealed class Storage : IAsyncDisposable
{
    /// <summary>With the drain before it a stop takes less than 10 s; what was sent is synced.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly EmbeddedClickHouse? _embedded;

    private Storage(ClickHouseClient client, EmbeddedClickHouse? embedded, string version, StartClock clock)
    {
        Client = client;
        _embedded = embedded;
        Clock = clock;
        Description = embedded is null
            ? $"{client.Options.Endpoint} ({version})"
            : $"embedded {version}, {client.Options.Endpoint}, native 127.0.0.1:{embedded.TcpPort}";
    }

    public ClickHouseClient Client { get; }

    /// <summary>What opening it took.</summary>
    public StartClock Clock { get; }

    /// <summary>Null where a server was named.</summary>
    public EmbeddedClickHouse? Embedded => _embedded;

    /// <summary>For people: which server, where.</summary>
    public string Description { get; }

    /// <summary>A line for people about the engine itself.</summary>
    public static void Warn(string line) => Console.Error.WriteLine($"attribution: {line}");

    public static void Log(string line) => Console.Error.WriteLine($"clickhouse: {line}");

    /// <exception cref="StartException">The server cannot be reached, is too old, or refuses.</exception>
    public static async Task<Storage> OpenAsync(EngineOptions options, CancellationToken cancel)
    {
        var clock = new StartClock();
        EmbeddedClickHouse? embedded = options.ClickHouse is null
            ? await EmbeddedClickHouse.StartAsync(EmbeddedOptions(options), cancel).ConfigureAwait(false)
            : null;
        var client = new ClickHouseClient(new ClickHouseOptions
        {
            Endpoint = options.ClickHouse ?? embedded!.Endpoint,
            User = embedded is null ? options.ClickHouseUser : "default",
            Password = embedded is null ? options.ClickHousePassword : "",
            Database = options.Database,
        });
        try
        {
            clock.Done("ClickHouse");
            ServerVersion version = await VersionAsync(client.Options, cancel).ConfigureAwait(false);
            await new Migrator(client.Options).ApplyAsync(cancel).ConfigureAwait(false);
            clock.Done("schema");
            return new Storage(client, embedded, version.ToString(), clock);
        }
        catch (Exception failure)
            when (failure is ClickHouseException or HttpRequestException or SchemaException)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            if (embedded is not null)
                await embedded.DisposeAsync().ConfigureAwait(false);
            throw new StartException($"ClickHouse at {client.Options.Endpoint}: {failure.Message}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        if (_embedded is not null)
            await _embedded.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ServerVersion> VersionAsync(ClickHouseOptions options, CancellationToken cancel)
    {
        // The database may not exist yet; this one always does.
        await using var server = new ClickHouseClient(options with { Database = "default" });
        return await server.GetVersionAsync(cancel).ConfigureAwait(false);
    }

    private static EmbeddedOptions EmbeddedOptions(EngineOptions options) => new()
    {
        DataFolder = options.DataFolder,
        HttpPort = options.ClickHousePort,
        TcpPort = options.ClickHouseTcpPort,
        StopPatience = StopPatience,
        Log = Log,
        Progress = new FetchProgress(),
        Readers = ReaderAccess.ReadersOf(new KeyFile(options.DataFolder).Read(), options.Database),
    };

    /// <summary>Shows the download of the first start, a line for every tenth of it.</summary>
    internal sealed class FetchProgress : IProgress<LibraryProgress>
    {
        private (LibraryStep Step, int Tenth) _shown = (LibraryStep.Done, 10);

        public void Report(LibraryProgress value)
        {
            (LibraryStep, int) now = (value.Step, value.Percent / 10);
            if (now == _shown)
                return;
            _shown = now;
            Log(value.ToString());
        }
    }
}
