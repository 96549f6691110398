namespace Attribution.Engine.Journal;

/// <summary>
/// The journal could not do what durability needs: the disk refused, or the files are of another version.
/// Immutable; one instance may fail many waiting requests.
/// </summary>
public sealed class JournalException : Exception
{
    public JournalException(string message)
        : base(message)
    {
    }

    public JournalException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
