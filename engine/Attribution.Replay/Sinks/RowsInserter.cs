using System.Globalization;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;

namespace Attribution.Replay.Sinks;

/// <summary>
/// Inserts blocks of rows while attribution goes on: a few at a time, each repeated until it has landed. Its
/// buffers are as many as inserts in flight, however many there are. Thread-safe; the client is the caller's.
/// </summary>
/// <param name="onLanded">Gets each block back, empty.</param>
internal sealed class RowsInserter(
    ClickHouseClient client, Action<RowsBlock> onLanded, CancellationToken cancel) : IDisposable
{
    private const int MaxInFlight = 2;
    private const int MaxAttempts = 10;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    // A token stands for the same bytes for ever. Which rows share a block depends on how threads met, so
    // every run has tokens of its own: rows written again are collapsed by the table, not by tokens.
    private readonly string _run = "replay-" + Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _room = new(MaxInFlight);
    private readonly Lock _lock = new();
    private readonly List<Task> _inFlight = [];
    private readonly Stack<Packing> _idle = new();
    private long _ordinal;

    /// <summary>Takes a block; waits where as many as may be are in flight.</summary>
    public void Insert(RowsBlock block)
    {
        _room.Wait(cancel);
        string token = string.Create(
            CultureInfo.InvariantCulture, $"{_run}-{Interlocked.Increment(ref _ordinal)}");
        Task insert = Task.Run(() => InsertAsync(block, token), CancellationToken.None);
        lock (_lock)
        {
            // Those that failed stay, for whoever waits for all of them.
            _inFlight.RemoveAll(task => task.IsCompletedSuccessfully);
            _inFlight.Add(insert);
        }
    }

    /// <summary>Ends when everything taken so far has landed.</summary>
    /// <exception cref="ReplayException">Something has not.</exception>
    public Task WaitAsync()
    {
        lock (_lock)
            return Task.WhenAll(_inFlight);
    }

    public void ThrowIfFailed()
    {
        Task? failed;
        lock (_lock)
            failed = _inFlight.Find(task => task.IsFaulted || task.IsCanceled);
        failed?.GetAwaiter().GetResult();
    }

    public void Dispose() => _room.Dispose();

    private async Task InsertAsync(RowsBlock block, string token)
    {
        Packing packing = Rent();
        try
        {
            packing.Compressor.Compress(block.Native, packing.Bytes);
            for (int attempt = 1; ; attempt++)
            {
                if (await TryInsertAsync(packing.Bytes, token, attempt).ConfigureAwait(false))
                    break;
                TimeSpan delay = FirstDelay * (1 << (attempt - 1));
                await Task.Delay(delay < LongestDelay ? delay : LongestDelay, cancel).ConfigureAwait(false);
            }

            block.Clear();
            onLanded(block);
        }
        finally
        {
            lock (_lock)
                _idle.Push(packing);
            _room.Release();
        }
    }

    private Packing Rent()
    {
        lock (_lock)
            return _idle.TryPop(out Packing? idle) ? idle : new Packing();
    }

    /// <returns>False where another attempt may help.</returns>
    private async Task<bool> TryInsertAsync(CompressedBlock rows, string token, int attempt)
    {
        try
        {
            await client.InsertAsync(
                "attributions", rows, new InsertOptions { DeduplicationToken = token }, cancel)
                .ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (IsOperatingFailure(error))
        {
            bool isRefused = InsertOutcome.Classify(error).Verdict == InsertVerdict.Rejected;
            if (!isRefused && attempt < MaxAttempts)
                return false;
            throw new ReplayException(
                $"{rows.RowCount} attributions could not be written after {attempt} attempts: "
                + $"{error.Message}", error);
        }
    }

    private static bool IsOperatingFailure(Exception error) =>
        error is ClickHouseException or HttpRequestException or IOException or TimeoutException;

    /// <summary>What one insert is packed with. Owned by that insert.</summary>
    private sealed class Packing
    {
        public BlockCompressor Compressor { get; } = new();

        public CompressedBlock Bytes { get; } = new();
    }
}
