namespace Attribution.Faults.Processes;

/// <summary>The clients of one run, sending side by side. Owned by the run.</summary>
public sealed class CrashSenders : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CrashClient[] _clients;
    private readonly Task _running;

    /// <summary>They begin at once.</summary>
    public CrashSenders(CrashTraffic traffic, Uri engine, CrashOptions options, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        TimeSpan interval = TimeSpan.FromSeconds(
            (double)options.EventsPerBatch * options.Clients / options.EventsPerSecond);
        _clients = new CrashClient[options.Clients];
        for (int i = 0; i < _clients.Length; i++)
            _clients[i] = new CrashClient(traffic, engine, interval);
        _running = Task.WhenAll(
            _clients.Select(client => Task.Run(() => client.RunAsync(_stop.Token), cancel)));
    }

    public long AcknowledgedEvents => _clients.Sum(client => client.AcknowledgedEvents);

    public long Unanswered => _clients.Sum(client => client.Unanswered);

    public long Refused => _clients.Sum(client => client.Refused);

    /// <summary>The first answer that nobody should get; empty where none was.</summary>
    public string Unexpected =>
        _clients.Select(client => client.Unexpected).FirstOrDefault(answer => answer.Length > 0) ?? "";

    /// <summary>
    /// Returns when everything that was taken is acknowledged; the traffic is closed by then.
    /// </summary>
    public async Task FinishAsync(TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            await _running.WaitAsync(patience, cancel);
        }
        catch (TimeoutException)
        {
            throw new CrashException(
                $"Clients were not acknowledged within {patience.TotalSeconds:0} s of the last start. "
                + Unexpected);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        foreach (CrashClient client in _clients)
            client.Dispose();
        _stop.Dispose();
    }
}
