namespace Attribution.Faults.Fuzzing;

/// <summary>
/// One thing of the engine that takes bytes from outside, and what must hold whatever they are. Used by one
/// thread at a time.
/// </summary>
public abstract class FuzzTarget : IAsyncDisposable
{
    /// <summary>Such as <c>events</c>; how it is asked for.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs that are right, from which others are made.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Pieces that mean something to it.</summary>
    public virtual IReadOnlyList<byte[]> Tokens => [];

    /// <summary>How many inputs make a short run.</summary>
    public virtual int ShortRun => 10_000;

    /// <summary>
    /// Bytes that may be allocated for an input of that length; by default its own length several times over,
    /// and the buffers that are there at the least.
    /// </summary>
    public virtual long MaxAllocatedBytes(int inputBytes) => (1024 * 1024) + (256L * inputBytes);

    /// <summary>
    /// Changes an input so that it passes what would stop it early, such as a checksum. Called for half of
    /// them.
    /// </summary>
    public virtual void Repair(byte[] input)
    {
    }

    /// <exception cref="FuzzException">Something that must hold does not.</exception>
    public abstract void Run(byte[] input);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Something that must hold for every input did not. Immutable.</summary>
public sealed class FuzzException : Exception
{
    public FuzzException()
    {
    }

    public FuzzException(string message)
        : base(message)
    {
    }

    public FuzzException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public static void Require(bool holds, string what)
    {
        if (!holds)
            throw new FuzzException(what);
    }
}
