namespace Attribution.Bench.Load;

/// <summary>
/// All sending threads of a load, with connections that stay open from one phase to the next. Its counts may
/// be read by any thread.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly LoadThread[] _threads;
    private readonly LoadSettings _settings;

    public LoadGenerator(LoadSettings settings)
    {
        _settings = settings;
        var run = (uint)Random.Shared.NextInt64();
        int threads = Math.Min(settings.Threads, settings.Connections);
        _threads = new LoadThread[threads];
        for (int i = 0; i < threads; i++)
        {
            int connections = (settings.Connections / threads) + (i < settings.Connections % threads ? 1 : 0);
            // The run's random name, the thread, 56 bits of numbers: no id comes twice.
            var book = new RequestBook(settings, run, firstId: (ulong)i << 56);
            _threads[i] = new LoadThread(settings, book, connections);
        }
    }

    /// <summary>Since the generator was made.</summary>
    public long Accepted => _threads.Sum(thread => thread.Counts.Accepted);

    public long Errors => _threads.Sum(thread => thread.Counts.Errors);

    public string FirstError =>
        _threads.Select(thread => thread.Counts.FirstError).FirstOrDefault(text => text.Length > 0) ?? "";

    /// <summary>Of the phase under way or just over.</summary>
    public LatencyHistogram Latencies =>
        LatencyHistogram.Sum(_threads.Select(thread => thread.Counts.Latencies));

    /// <summary>Requests of the last phase that should have been sent.</summary>
    public long DueRequests => _threads.Sum(thread => thread.DueRequests);

    /// <summary>Processor time of the sending threads, in all phases that are over.</summary>
    public TimeSpan Cpu => _threads.Aggregate(TimeSpan.Zero, (sum, thread) => sum + thread.Cpu);

    public long AllocatedBytes => _threads.Sum(thread => thread.AllocatedBytes);

    /// <summary>Sends for a time and returns when everything sent was answered.</summary>
    /// <param name="length">How long to send.</param>
    /// <param name="eventsPerSecond">0 sends the next request when one was answered.</param>
    /// <param name="cancel">Ends it at once.</param>
    public async Task RunAsync(TimeSpan length, double eventsPerSecond, CancellationToken cancel)
    {
        double requests = eventsPerSecond / _settings.BatchEvents / _threads.Length;
        var phase = new LoadPhase(length, requests);
        Task[] running =
        [
            .. _threads.Select(thread => Task.Factory.StartNew(
                () => thread.Run(phase, cancel), CancellationToken.None,
                TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        await Task.WhenAll(running);
        cancel.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        foreach (LoadThread thread in _threads)
            thread.Dispose();
    }
}
