using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Sink.Inserts;
using Microsoft.Extensions.Logging;

namespace Attribution.Engine.Sink.Spill;

/// <summary>
/// Files of blocks that ClickHouse, being away, does not take: they free the writers' memory, so that events
/// go on into the journal. Shared by writers, one of which writes at a time, and senders; thread-safe.
/// </summary>
/// <remarks>
/// Nothing here is synced, and what a start finds is deleted: until a block is durable in ClickHouse the
/// watermark stays below it, and the journal holds its events. Bounded by the journal's limit, which counts
/// these bytes too, and by <see cref="MaxBlocks"/>.
/// </remarks>
[SuppressMessage(
    "Reliability", "CA1001", Justification = "A SemaphoreSlim without a wait handle holds nothing.")]
internal sealed class BlockSpill
{
    /// <summary>
    /// Files at a time. Blocks are spilled when full, some 5 MB each, so this is the bound of memory in the
    /// worst case only: events that change months with every row.
    /// </summary>
    public const int MaxBlocks = 65_536;

    /// <summary>How long the disk is left alone when it has refused a block.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private readonly IJournalFileSystem _files;
    private readonly SinkSetup _setup;
    private readonly SendQueue _queue;
    private readonly SinkStats _stats;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly PackedBlock _packed = new(expectedBytes: 0);
    private readonly BlockCompressor _compressor = new();
    private readonly CompressedBlock _beside = new();
    private SpilledBlock[] _held = [];
    private long _number;
    private long _pausedSince;
    private bool _isPaused;

    /// <summary>Deletes what an earlier run left.</summary>
    public BlockSpill(IJournalFileSystem files, SinkSetup setup, SendQueue queue, SinkStats stats)
    {
        (_files, _setup, _queue, _stats) = (files, setup, queue, stats);
        DeleteLeftovers();
    }

    /// <summary>The smallest sequence spilled; <see cref="long.MaxValue"/> where there is none.</summary>
    public long FirstSequence
    {
        get
        {
            long first = long.MaxValue;
            foreach (SpilledBlock block in Volatile.Read(ref _held))
                first = Math.Min(first, block.FirstSequence);
            return first;
        }
    }

    /// <summary>
    /// When the oldest event spilled was received; <see cref="long.MaxValue"/> where there is none.
    /// </summary>
    public long OldestReceivedMillis
    {
        get
        {
            long oldest = long.MaxValue;
            foreach (SpilledBlock block in Volatile.Read(ref _held))
                oldest = Math.Min(oldest, block.OldestReceivedMillis);
            return oldest;
        }
    }

    /// <summary>
    /// Takes a full block over, whose writer then forgets it. Only in an outage, and unless the disk refused
    /// a short time ago.
    /// </summary>
    public bool TryTake(SinkBlock block, CancellationToken stopping)
    {
        if (!_stats.Inserts.IsOutage)
            return false;

        _turn.Wait(stopping);
        try
        {
            if (IsPaused() || _held.Length >= MaxBlocks)
                return false;

            SpilledBlock spilled = Write(block);
            // Held before the writer forgets the rows, so that the watermark sees them in one of both places.
            Add(spilled);
            _stats.Spill.OnSpilled(spilled.FileBytes);
            _queue.Add(spilled);
            return true;
        }
        catch (IOException error)
        {
            Pause(error);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads the insert back, to be sent.</summary>
    /// <exception cref="SpillException">The file is not as it was written.</exception>
    public void Read(SpilledBlock spilled, PackedBlock target)
    {
        Span<byte> frames = target.Restore(spilled);
        ReadStart(spilled, frames);
        if (CityHash128.Hash(frames) != spilled.Checksum)
            throw new SpillException(Damage(spilled));
    }

    /// <summary>Reads the rows back, to be bisected.</summary>
    /// <exception cref="SpillException">The file is not as it was written.</exception>
    public async Task<SinkBlock> LoadAsync(SpilledBlock spilled)
    {
        byte[] bytes = new byte[spilled.FileBytes];
        ReadStart(spilled, bytes);
        SinkBlock rows = spilled.Like.NewScratch();
        try
        {
            await CopyRowsAsync(new MemoryStream(bytes, 0, spilled.FrameBytes), rows.Native);
            var rest = new MemoryStream(bytes, spilled.FrameBytes, bytes.Length - spilled.FrameBytes);
            await CopyRowsAsync(rest, rows.Beside);
        }
        catch (NativeFormatException error)
        {
            throw new SpillException(Damage(spilled), error);
        }

        rows.Loaded();
        return rows;
    }

    /// <summary>Forgets a block, all of whose rows are durable.</summary>
    public void Finish(SpilledBlock spilled)
    {
        try
        {
            _files.Delete(spilled.FileName);
        }
        catch (IOException error)
        {
            // It stays until the next start, which deletes it.
            _setup.Log.LogWarning(error, "The spilled block {File} cannot be deleted", spilled.FileName);
        }

        Remove(spilled);
        _stats.Spill.OnFinished(spilled.FileBytes);
    }

    private SpilledBlock Write(SinkBlock block)
    {
        string token = InsertToken.Of(block, _setup.Run);
        _packed.Pack(block, token);
        _compressor.Compress(block.Beside, _beside, _packed.Order);
        ReadOnlySpan<byte> frames = _packed.Bytes.Bytes.Span;
        ReadOnlySpan<byte> beside = _beside.Bytes.Span;
        string name = _number++.ToString("x8", CultureInfo.InvariantCulture) + ".block";
        try
        {
            using IJournalFile file = _files.Create(name, frames.Length + beside.Length);
            file.WriteAt(0, frames);
            file.WriteAt(frames.Length, beside);
        }
        catch (IOException)
        {
            TryDelete(name);
            throw;
        }

        return new SpilledBlock
        {
            FileName = name,
            FrameBytes = frames.Length,
            FileBytes = frames.Length + beside.Length,
            Checksum = CityHash128.Hash(frames),
            Token = token,
            Question = _packed.Question,
            RowCount = _packed.Bytes.RowCount,
            ColumnList = _packed.Bytes.ColumnList,
            PlainBytes = _packed.Bytes.PlainBytes,
            FirstSequence = block.FirstSequence,
            OldestReceivedMillis = block.OldestReceivedMillis,
            Like = block,
        };
    }

    private void ReadStart(SpilledBlock spilled, Span<byte> target)
    {
        try
        {
            using IJournalFile file = _files.Open(spilled.FileName);
            if (file.ReadAt(0, target) == target.Length)
                return;
        }
        catch (IOException error)
        {
            throw new SpillException(Damage(spilled), error);
        }

        throw new SpillException(Damage(spilled));
    }

    private static string Damage(SpilledBlock spilled) => string.Concat(
        "The spilled block ", spilled.FileName, " of ", spilled.Question.Table,
        " cannot be read back as it was written. Start the engine again: the journal holds its events.");

    private static async Task CopyRowsAsync(MemoryStream frames, NativeBlock target)
    {
        await using var plain = new FrameStream(frames);
        var reader = new BlockReader(plain);
        while (await reader.ReadAsync())
        {
            for (int row = 0; row < reader.Block.RowCount; row++)
                target.AddRow(reader.Block, row);
        }
    }

    private bool IsPaused()
    {
        if (_isPaused && _setup.Clock.GetElapsedTime(_pausedSince) >= PauseAfterFailure)
            _isPaused = false;
        return _isPaused;
    }

    private void Pause(IOException error)
    {
        _stats.Spill.OnFailed();
        _setup.Log.LogError(error, "A block cannot be spilled; events are refused until ClickHouse is back");
        _isPaused = true;
        _pausedSince = _setup.Clock.GetTimestamp();
    }

    private void DeleteLeftovers()
    {
        try
        {
            foreach (string name in _files.List())
                _files.Delete(name);
        }
        catch (IOException error)
        {
            _setup.Log.LogWarning(error, "What an earlier run spilled cannot be deleted");
        }
    }

    private void TryDelete(string name)
    {
        try
        {
            _files.Delete(name);
        }
        catch (IOException)
        {
            // The name is not used again, and the next start deletes the file.
        }
    }

    private void Add(SpilledBlock block)
    {
        SpilledBlock[] before;
        do
            before = Volatile.Read(ref _held);
        while (Interlocked.CompareExchange(ref _held, [.. before, block], before) != before);
    }

    private void Remove(SpilledBlock block)
    {
        SpilledBlock[] before;
        SpilledBlock[] after;
        do
        {
            before = Volatile.Read(ref _held);
            after = Array.FindAll(before, held => !ReferenceEquals(held, block));
        }
        while (Interlocked.CompareExchange(ref _held, after, before) != before);
    }
}
