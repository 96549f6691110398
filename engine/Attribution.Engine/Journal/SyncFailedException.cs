namespace Attribution.Engine.Journal;

/// <summary>
/// The system could not make written bytes durable. Linux may have marked them as written all the same, so a
/// later sync of the same file proves nothing: the file must not be written again.
/// </summary>
internal sealed class SyncFailedException : IOException
{
    public SyncFailedException(IOException inner)
        : base(inner.Message, inner)
    {
    }

    public SyncFailedException()
    {
    }

    public SyncFailedException(string message)
        : base(message)
    {
    }

    public SyncFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
