namespace Attribution.Replay;

/// <summary>
/// A replay cannot go on, for a reason that its user can mend; the message says how. Immutable.
/// </summary>
public sealed class ReplayException : Exception
{
    public ReplayException()
    {
    }

    public ReplayException(string message)
        : base(message)
    {
    }

    public ReplayException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
