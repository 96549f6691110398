namespace Attribution.ClickHouse.Native;

/// <summary>
/// Bytes that are not a valid compressed frame or Native block, or that hold a type this reader does not
/// know. Immutable; thread-safe.
/// </summary>
public sealed class NativeFormatException : Exception
{
    public NativeFormatException()
    {
    }

    public NativeFormatException(string message)
        : base(message)
    {
    }

    public NativeFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
