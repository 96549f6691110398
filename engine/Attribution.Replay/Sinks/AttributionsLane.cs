using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Sinks;

/// <summary>
/// One thread's rows under one config, in an open block per month. Owned by that thread; what it hands to the
/// inserter comes back empty, from another thread.
/// </summary>
internal sealed class AttributionsLane(AttributionConfig config, RowsInserter inserter, RowsBlocks free)
    : IReplayLane
{
    /// <summary>All open blocks together; where months share it, the fullest goes first.</summary>
    private const long MaxOpenBytes = 4 * RowsBlock.MaxBytes;

    private readonly ConversionRows _rows = new(config);
    private readonly byte[] _config = Encoding.UTF8.GetBytes(config.Hash);
    private readonly List<RowsBlock> _open = [];
    private long _openBytes;
    private RowsBlock? _last;

    public bool WantsNoConversion => false;

    public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
    {
        long millis = history.Conversions[result.Conversion].TimeMillis;
        RowsBlock block = _last is { } last && last.Month.Contains(millis) ? last : Open(millis);
        _last = block;
        long before = block.Bytes;
        for (int model = 0; model < _rows.ModelCount; model++)
        {
            _rows.Write(block.Columns, history, result, model, stamp);
            block.EndRow();
        }

        _openBytes += block.Bytes - before;
        if (block.IsFull)
            Seal(block);
        else if (_openBytes >= MaxOpenBytes)
            Seal(_open.MaxBy(open => open.Bytes)!);
    }

    public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
    {
    }

    public ValueTask FlushAsync(CancellationToken cancel)
    {
        while (_open.Count > 0)
            Seal(_open[^1]);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
    }

    private RowsBlock Open(long millis)
    {
        foreach (RowsBlock open in _open)
        {
            if (open.Month.Contains(millis))
                return open;
        }

        RowsBlock block = free.Take(_config);
        block.Month = MonthPartition.Of(millis);
        _open.Add(block);
        return block;
    }

    private void Seal(RowsBlock block)
    {
        inserter.ThrowIfFailed();
        _open.Remove(block);
        _openBytes -= block.Bytes;
        _last = null;
        inserter.Insert(block);
    }
}

/// <summary>
/// Empty blocks of one config that are used again: their columns keep the room they grew to. Thread-safe.
/// </summary>
internal sealed class RowsBlocks
{
    private readonly Lock _lock = new();
    private readonly Stack<RowsBlock> _free = new();

    public RowsBlock Take(byte[] configHash)
    {
        lock (_lock)
        {
            if (_free.TryPop(out RowsBlock? block))
                return block;
        }

        return new RowsBlock(configHash);
    }

    public void Return(RowsBlock block)
    {
        lock (_lock)
            _free.Push(block);
    }
}
