namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// Why the embedded ClickHouse cannot run, worded for the operator: what happened and what to do.
/// Immutable; thrown at start only.
/// </summary>
public sealed class EmbeddedException : Exception
{
    public EmbeddedException(string message) : base(message)
    {
    }

    public EmbeddedException(string message, Exception inner) : base(message, inner)
    {
    }
}
