namespace Attribution.Engine.Sink.Spill;

/// <summary>
/// A spilled block cannot be read back. It stops the sink, and so the engine: the journal still holds the
/// events, and the next start replays them. Immutable.
/// </summary>
public sealed class SpillException : Exception
{
    public SpillException()
    {
    }

    public SpillException(string message)
        : base(message)
    {
    }

    public SpillException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
