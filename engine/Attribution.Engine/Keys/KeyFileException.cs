namespace Attribution.Engine.Keys;

/// <summary>
/// The file of keys cannot be read or changed; the message says which, why and what was expected.
/// </summary>
public sealed class KeyFileException : Exception
{
    public KeyFileException(string message)
        : base(message)
    {
    }

    public KeyFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public KeyFileException()
    {
    }
}
