namespace Attribution.Engine;

/// <summary>The engine cannot start; the message says what is wrong, where, and what was expected.</summary>
public sealed class StartException : Exception
{
    public StartException(string message)
        : base(message)
    {
    }

    public StartException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public StartException()
    {
    }
}
