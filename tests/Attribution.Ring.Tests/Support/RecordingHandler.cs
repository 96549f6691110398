namespace Attribution.Ring.Tests.Support;

/// <summary>
/// Remembers what it was called with and runs a test's own step. Written by one processor's thread.
/// </summary>
internal sealed class RecordingHandler(Action<long, long>? onBatch = null, Action? onIdle = null)
    : IBatchHandler
{
    private readonly List<(long First, long Last)> _batches = [];
    private int _idles;
    private int _starts;
    private int _stops;

    public int Idles => Volatile.Read(ref _idles);

    public int Starts => Volatile.Read(ref _starts);

    public int Stops => Volatile.Read(ref _stops);

    public Thread? Thread { get; private set; }

    /// <summary>To be read after the processor has stopped.</summary>
    public IReadOnlyList<(long First, long Last)> Batches => _batches;

    public void OnStart()
    {
        Thread = Thread.CurrentThread;
        Interlocked.Increment(ref _starts);
    }

    public void OnBatch(long first, long last)
    {
        onBatch?.Invoke(first, last);
        _batches.Add((first, last));
    }

    public void OnIdle()
    {
        Interlocked.Increment(ref _idles);
        onIdle?.Invoke();
    }

    public void OnStop() => Interlocked.Increment(ref _stops);
}
