namespace Attribution.ClickHouse.Http;

/// <summary>Where the server is, who asks, and how long to wait. Immutable; thread-safe.</summary>
public sealed record ClickHouseOptions
{
    public Uri Endpoint { get; init; } = new("http://127.0.0.1:8123");

    public string User { get; init; } = "default";

    public string Password { get; init; } = "";

    /// <summary>
    /// The database of unqualified tables. Empty: the user's own, as for creating the database itself.
    /// </summary>
    public string Database { get; init; } = "attribution";

    /// <summary>
    /// Asks the server to change nothing for this client, whatever a statement says: its setting
    /// <c>readonly</c> = 1, under which statements cannot change settings either. For users that are not
    /// read-only by themselves: those may not set it. KILL QUERY, BACKUP and SYSTEM go by a user's rights
    /// alone.
    /// </summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// Most connections at a time, of inserts and of everything else each; more requests wait for a free one.
    /// </summary>
    public int MaxConnections { get; init; } = 32;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a whole insert. After it, whether the rows were stored is not known.</summary>
    public TimeSpan InsertTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Until a query's first byte, and for a whole command.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Between one piece of a result and the next.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Asks for LZ4 results, for servers that are a network away. Without liblz4 it does nothing.
    /// </summary>
    public bool CompressResults { get; init; }
}
