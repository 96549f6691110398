namespace Attribution.Engine.Erasure;

/// <summary>A person cannot be erased; the message says why, where, and what to do.</summary>
public sealed class ErasureException : Exception
{
    public ErasureException(string message)
        : base(message)
    {
    }

    public ErasureException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ErasureException()
    {
    }
}
