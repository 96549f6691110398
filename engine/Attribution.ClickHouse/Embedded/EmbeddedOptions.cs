using System.ComponentModel.DataAnnotations;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Where the embedded ClickHouse keeps its data, where it listens and how much of the machine it may take.
/// Immutable.
/// </summary>
public sealed record EmbeddedOptions
{
    /// <summary>The engine's data folder; ClickHouse stays within <c>clickhouse/</c> below it.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>HTTP port (<c>--clickhouse-port</c>). Default 8123; 0 takes any free one.</summary>
    [Range(0, 65_535)]
    public int HttpPort { get; init; } = 8123;

    /// <summary>
    /// Native protocol's port (<c>--clickhouse-tcp-port</c>). Default 9000; 0 takes any free one.
    /// </summary>
    [Range(0, 65_535)]
    public int TcpPort { get; init; } = 9000;

    /// <summary>Who may log in beside the owner, from the start on.</summary>
    public IReadOnlyList<EmbeddedReader> Readers { get; init; } = [];

    /// <summary>Share of the machine's memory that ClickHouse may take. Default 0.4.</summary>
    [Range(0.05, 0.9)]
    public double MemoryShare { get; init; } = 0.4;

    /// <summary>How long a start may take, loading 566 MB from a cold disk included. Default 60 s.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a clean stop may take before the process is killed. Default 8 s.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Where the owner listens, for the message to a second one; absent: ClickHouse's own address.
    /// </summary>
    public string? OwnerAddress { get; init; }

    /// <summary>Told about starts, deaths and restarts, one line each; called on any thread.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Told about the download at the first start.</summary>
    public IProgress<LibraryProgress>? Progress { get; init; }
}
