using Attribution.Engine.Api;
using Attribution.Engine.Identity;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Workers;

namespace Attribution.Engine;

/// <summary>Everything an engine is started with, as the command line gave it. Immutable.</summary>
public sealed record EngineOptions
{
    /// <summary>Where the engine listens; loopback only, as long as there is no ingest key.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Lets other processes of the same user listen at the same port; Linux only.</summary>
    public bool ReusePort { get; init; }

    /// <summary>Folder of the journal and of the embedded ClickHouse.</summary>
    public string DataFolder { get; init; } = "./data";

    /// <summary>A ClickHouse server to use; null for the embedded one.</summary>
    public Uri? ClickHouse { get; init; }

    /// <summary>Port of the embedded ClickHouse for HTTP; 0 for any free one.</summary>
    public int ClickHousePort { get; init; } = 8123;

    /// <summary>Port of the embedded ClickHouse for its native protocol; 0 for any free one.</summary>
    public int ClickHouseTcpPort { get; init; } = 9000;

    /// <summary>Database of all tables.</summary>
    public string Database { get; init; } = "attribution";

    public string ClickHouseUser { get; init; } = "default";

    public string ClickHousePassword { get; init; } = "";

    /// <summary>The attribution config: a file, or a profile by its name; null for <c>web</c>.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>What an answer of 200 waits for.</summary>
    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>
    /// Bytes of the journal from which on no more events are accepted, until ClickHouse has taken some.
    /// </summary>
    public long JournalMaxBytes { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>What one sender may take.</summary>
    public EdgeOptions Edge { get; init; } = new();

    /// <summary>PEM files of a certificate and its key; both or neither. With them the engine speaks
    /// TLS.</summary>
    public string? Certificate { get; init; }

    public string? CertificateKey { get; init; }

    /// <summary>Worker threads, each with its own persons.</summary>
    public int Shards { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Slots of the ring; a power of two.</summary>
    public int RingSlots { get; init; } = 65_536;

    /// <summary>Bytes of text in the ring; a power of two.</summary>
    public int ArenaBytes { get; init; } = 64 * 1024 * 1024;

    public SinkOptions Sink { get; init; } = new();

    public WorkerOptions Workers { get; init; } = new();

    public IdentityOptions Identity { get; init; } = new();
}
