namespace Attribution.Engine;

/// <summary>
/// A thread that works in turns and takes what others post to it: who waits in it can go on in it. Safe for
/// any thread.
/// </summary>
internal abstract class TurnThread
{
    [ThreadStatic]
    private static TurnThread? s_current;

    /// <summary>The one this is; null in any other thread.</summary>
    public static TurnThread? Current
    {
        get => s_current;
        protected set => s_current = value;
    }

    /// <summary>Has it execute the item soon, which must neither wait nor work for long.</summary>
    public abstract void Post(IThreadPoolWorkItem item);
}
