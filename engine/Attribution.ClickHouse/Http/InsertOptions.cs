namespace Attribution.ClickHouse.Http;

/// <summary>How one block is inserted. Immutable; thread-safe.</summary>
public sealed record InsertOptions
{
    public static InsertOptions Default { get; } = new();

    /// <summary>
    /// The same token twice stores the rows once, as long as the table remembers it
    /// (<c>non_replicated_deduplication_window</c> or <c>replicated_deduplication_window</c>).
    /// </summary>
    public string? DeduplicationToken { get; init; }

    /// <summary>Names the insert in the server's log.</summary>
    public string? QueryId { get; init; }

    /// <summary>Instead of <see cref="ClickHouseOptions.InsertTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}
