namespace Attribution.Replay.Chunks;

/// <summary>
/// Attributes the persons of a chunk on several threads, each of which takes the next few whenever it is done
/// with some. Used by one caller at a time.
/// </summary>
/// <param name="workers">For each thread, one per lane.</param>
internal sealed class ChunkAttribution(Lane[] lanes, LaneWorker[][] workers)
{
    private const int PersonsAtOnce = 512;
    private int _lane;
    private int _next;

    public async Task RunAsync(CancellationToken cancel)
    {
        for (_lane = 0; _lane < lanes.Length; _lane++)
        {
            _next = 0;
            using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task[] threads = [.. workers.Select(worker => Task.Factory.StartNew(
                () => Run(worker[_lane], failed),
                failed.Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))];
            await Task.WhenAll(threads).ConfigureAwait(false);
        }

        foreach (LaneWorker[] thread in workers)
        {
            foreach (LaneWorker worker in thread)
                await worker.Sink.FlushAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>One thread's work; its failure stops the others.</summary>
    private void Run(LaneWorker worker, CancellationTokenSource failed)
    {
        try
        {
            int persons = lanes[_lane].Chunk.PersonCount;
            while (true)
            {
                int first = Interlocked.Add(ref _next, PersonsAtOnce) - PersonsAtOnce;
                if (first >= persons)
                    return;
                failed.Token.ThrowIfCancellationRequested();
                worker.Attribute(first, Math.Min(persons, first + PersonsAtOnce));
            }
        }
        catch
        {
            failed.Cancel();
            throw;
        }
    }
}
