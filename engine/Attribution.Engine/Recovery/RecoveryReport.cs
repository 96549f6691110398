namespace Attribution.Engine.Recovery;

/// <summary>What a start brought back from earlier runs. Immutable.</summary>
internal sealed record RecoveryReport
{
    /// <summary>Links between ids.</summary>
    public long Links { get; init; }

    /// <summary>
    /// Those of the links that were seen under other identity rules than the config's; they stand.
    /// </summary>
    public long LinksOfOtherRules { get; init; }

    /// <summary>Events that journeys and event ids were rebuilt from.</summary>
    public long Events { get; init; }

    /// <summary>Persons that the last stop had written down; then no events had to be read.</summary>
    public long? SnapshotPersons { get; init; }

    /// <summary>Journal records that ClickHouse might not have held.</summary>
    public long Replayed { get; init; }

    /// <summary>Records that the disk lost after they were synced.</summary>
    public long LostRecords { get; init; }

    /// <summary>Bytes of an unfinished write that were cut off.</summary>
    public long CutBytes { get; init; }
}
