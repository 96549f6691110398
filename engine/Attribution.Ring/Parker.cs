namespace Attribution.Ring;

/// <summary>
/// Puts one thread to sleep until another wakes it; a wake that comes first is kept. One thread parks, any
/// may unpark.
/// </summary>
internal sealed class Parker
{
    private readonly object _monitor = new();
    private bool _woken;

    public void Park(TimeSpan timeout)
    {
        Monitor.Enter(_monitor);
        try
        {
            if (!_woken)
                Monitor.Wait(_monitor, timeout);
            _woken = false;
        }
        finally
        {
            Monitor.Exit(_monitor);
        }
    }

    public void Unpark()
    {
        // Already woken and not yet running: the thread will look again without a second call into the
        // system.
        if (Volatile.Read(ref _woken))
            return;

        Monitor.Enter(_monitor);
        try
        {
            _woken = true;
            Monitor.Pulse(_monitor);
        }
        finally
        {
            Monitor.Exit(_monitor);
        }
    }
}
