namespace Attribution.Faults.Proxy;

/// <summary>What becomes of one request on its way to ClickHouse. A plain value.</summary>
public enum ProxyFault
{
    /// <summary>It is forwarded, and its answer comes back.</summary>
    None,

    /// <summary>It is answered with 500 and never forwarded.</summary>
    Refused,

    /// <summary>It is carried out and answered with 200 and an exception's code.</summary>
    CarriedOutThenException,

    /// <summary>It is carried out and never answered.</summary>
    CarriedOutThenSilence,

    /// <summary>Half of it is forwarded, then both connections are reset.</summary>
    HalfThenReset,

    /// <summary>It is carried out, then the connection is reset.</summary>
    CarriedOutThenReset,
}

/// <summary>What a script may go by. A value.</summary>
/// <param name="Line">The first line, with the address.</param>
public readonly record struct ProxiedRequest(string Line)
{
    /// <summary>Whether the engine's sink inserts a block.</summary>
    public bool IsInsert => Line.Contains("insert_deduplication_token=", StringComparison.Ordinal);

    /// <summary>Whether a start reads stored events back.</summary>
    public bool IsRestore => Line.Contains("param_ids_from=", StringComparison.Ordinal);

    /// <summary>Whether the engine's sink asks for a block.</summary>
    public bool IsQuestion => Line.Contains("param_block=", StringComparison.Ordinal);
}
