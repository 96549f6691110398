namespace Attribution.Faults.ClickHouse;

/// <summary>A part: the rows of one insert, as they came. Owned by its <see cref="SimulatedClickHouse"/>.
/// </summary>
/// <param name="Sequences">Of each row; of attributions, the version.</param>
/// <param name="Id">The insert's, which every row bears.</param>
internal sealed record StoredBlock(string Table, string Token, byte[] Frames, ulong[] Sequences, ulong Id)
{
    /// <summary>The sender knows that it landed: it is synced, and survives a power loss.</summary>
    public bool IsAcknowledged { get; set; }
}
