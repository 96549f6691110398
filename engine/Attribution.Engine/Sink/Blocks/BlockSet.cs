using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Sink.Spill;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Sink.Blocks;

/// <summary>What every block set of a pipeline needs from it. Immutable.</summary>
internal sealed record BlockSetContext(
    SinkOptions Options,
    SinkSetup Setup,
    SendQueue Queue,
    BlockSpill? Spill,
    SinkStats Stats,
    CancellationToken Stopping);

/// <summary>
/// One writer's blocks of one table: a few open ones, each of another month, and a few that are sealed
/// and on their way. Owned by the writer's thread; senders only give blocks back, through
/// <see cref="SinkBlock.Release"/>.
/// </summary>
[SuppressMessage(
    "Reliability", "CA1001", Justification = "A SemaphoreSlim without a wait handle holds nothing.")]
internal sealed class BlockSet<TBlock>
    where TBlock : SinkBlock
{
    /// <summary>How many times sooner than its greatest age a row is sent after a quiet time.</summary>
    private const int QuietShare = 8;

    /// <summary>How many times longer a row may wait while all senders are busy.</summary>
    private const int BusyShare = 4;

    private readonly BlockSetContext _context;
    private readonly TBlock[] _blocks;
    private readonly TBlock[] _open;
    private readonly SemaphoreSlim _sealedRoom;
    private readonly bool _isPartitioned;
    private readonly long _maxAgeTicks;
    private readonly long _quietAgeTicks;
    private TBlock? _current;
    private int _openCount;
    private long _opened;
    private long _now;
    private long _lastSealed;

    /// <param name="isPartitioned">Whether the table is kept by month.</param>
    /// <param name="newBlock">
    /// Makes one of the set's blocks; called here only, as often as the set has blocks.
    /// </param>
    public BlockSet(BlockSetContext context, bool isPartitioned, Func<TBlock> newBlock)
    {
        SinkOptions options = context.Options;
        _context = context;
        _isPartitioned = isPartitioned;
        _sealedRoom = new SemaphoreSlim(options.MaxSealedBlocks);
        _open = new TBlock[isPartitioned ? options.MaxOpenPartitions : 1];
        _blocks = new TBlock[_open.Length + options.MaxSealedBlocks];
        for (int at = 0; at < _blocks.Length; at++)
        {
            _blocks[at] = newBlock();
            _blocks[at].SealedRoom = _sealedRoom;
            _blocks[at].Expect(options);
        }

        double maxAgeSeconds = context.Options.MaxBatchAge.TotalSeconds;
        _maxAgeTicks = (long)(maxAgeSeconds * context.Setup.Clock.TimestampFrequency);
        _quietAgeTicks = _maxAgeTicks / QuietShare;
        _now = _lastSealed = context.Setup.Clock.GetTimestamp();
    }

    /// <summary>All blocks, open or not; what the watermark looks at.</summary>
    public ReadOnlySpan<TBlock> All => _blocks;

    /// <summary>The block that rows of this time belong into.</summary>
    public TBlock For(long millis)
    {
        TBlock? current = _current;
        return current != null && current.Month.Contains(millis) ? current : Switch(millis);
    }

    /// <summary>Seals the block a row was just added to, where it is full.</summary>
    public void SealIfFull(TBlock block)
    {
        if (block.RowCount >= _context.Options.MaxBatchRows || block.Bytes >= _context.Options.MaxBatchBytes)
            Seal(block);
    }

    /// <summary>
    /// Seals what is too old by now, unless that meant waiting: a waiting block may as well grow.
    /// </summary>
    /// <remarks>
    /// Where nothing was sealed for as long as a row may wait, a row waits for its like an eighth of that
    /// only: a lone event is seen at once, and still a month gets no more inserts than one per that time.
    /// Where all senders are busy a block would only wait for one of them, so it may grow meanwhile: larger
    /// blocks are what a ClickHouse that cannot keep up needs.
    /// </remarks>
    /// <param name="now">In the clock's timestamp ticks.</param>
    /// <param name="areSendersBusy">All of them, as the writer found before it sealed anything.</param>
    public void SealDue(long now, bool areSendersBusy)
    {
        _now = now;
        for (int at = _openCount - 1; at >= 0; at--)
        {
            TBlock block = _open[at];
            if (now - block.OpenedTimestamp >= AllowedAge(now, areSendersBusy) && _sealedRoom.Wait(0))
                Send(block);
        }
    }

    public void SealAll()
    {
        while (_openCount > 0)
            Seal(_open[_openCount - 1]);
    }

    private long AllowedAge(long now, bool areSendersBusy)
    {
        if (areSendersBusy)
            return BusyShare * _maxAgeTicks;
        return now - _lastSealed >= _maxAgeTicks ? _quietAgeTicks : _maxAgeTicks;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TBlock Switch(long millis)
    {
        for (int at = 0; at < _openCount; at++)
        {
            if (!_open[at].Month.Contains(millis))
                continue;

            // Kept in order of use, so the least recently used one is always the first.
            TBlock found = _open[at];
            Array.Copy(_open, at + 1, _open, at, _openCount - at - 1);
            _open[_openCount - 1] = found;
            return _current = found;
        }

        if (_openCount == _open.Length)
            Seal(_open[0]);
        return _current = OpenFree(_isPartitioned ? MonthPartition.Of(millis) : MonthPartition.Always);
    }

    /// <summary>
    /// Takes turns among as many blocks as one month can use, so that all of these are grown within a few
    /// inserts and none while there is load; the others grow only where several months are filled at a time.
    /// </summary>
    private TBlock OpenFree(MonthPartition month)
    {
        int usual = 1 + _context.Options.MaxSealedBlocks;
        for (int at = 0; at < _blocks.Length; at++)
        {
            TBlock block = at < usual ? _blocks[(int)((_opened + at) % usual)] : _blocks[at];
            if (!block.IsFree)
                continue;

            block.Open(month, _opened++, _now);
            return _open[_openCount++] = block;
        }

        throw new UnreachableException("There are as many blocks as can be open and sealed together.");
    }

    private void Seal(TBlock block)
    {
        if (_sealedRoom.Wait(0) || WaitForRoomOrSpill(block))
            Send(block);
    }

    private void Send(TBlock block)
    {
        _lastSealed = _now;
        Close(block);
        _context.Queue.Add(block);
    }

    private void Close(TBlock block)
    {
        int at = Array.IndexOf(_open, block, 0, _openCount);
        Array.Copy(_open, at + 1, _open, at, --_openCount - at);
        _open[_openCount] = null!;
        if (_current == block)
            _current = null;
    }

    /// <returns>False when the block was spilled, so that it needs no room.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WaitForRoomOrSpill(TBlock block)
    {
        if (TrySpill(block))
            return false;

        long start = _context.Setup.Clock.GetTimestamp();
        _context.Stats.WriterWaits.Enter();
        try
        {
            while (!_context.Setup.WaitForRoom(_sealedRoom, _context.Stopping))
            {
                if (TrySpill(block))
                    return false;
            }

            return true;
        }
        finally
        {
            _context.Stats.WriterWaits.Leave(_context.Setup.Clock.GetElapsedTime(start));
        }
    }

    private bool TrySpill(TBlock block)
    {
        if (_context.Spill is not { } spill || !spill.TryTake(block, _context.Stopping))
            return false;

        Close(block);
        block.Forget();
        return true;
    }
}
