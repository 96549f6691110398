using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Sink.Inserts;
using Attribution.Faults.Simulation;

namespace Attribution.Faults.ClickHouse;

/// <summary>
/// A ClickHouse in memory that keeps what is inserted, answers when it is told to, and fails as its seed
/// says. It outlives the engines that insert into it. Used by one thread.
/// </summary>
/// <remarks>
/// An insert whose token is known is answered as landed and not stored again. Its power loss forgets tokens,
/// which are never synced (ClickHouse#111577), and rows whose insert was not answered yet.
/// </remarks>
internal sealed class SimulatedClickHouse(Random random, SimulatedClock clock) : IInsertTransport, IDisposable
{
    /// <summary>How long the client waits for an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockDecoder _decoder = new();
    private readonly List<PendingCall> _pending = [];
    private readonly List<StoredBlock> _blocks = [];
    private readonly Dictionary<string, StoredBlock> _tokens = [];
    private TimeSpan _downUntil;
    private TimeSpan _silentUntil;

    /// <summary>How often an insert fails, 0 to 1.</summary>
    public double FaultRate { get; set; }

    public Action<string> Trace { get; set; } = static _ => { };

    public IReadOnlyList<StoredBlock> Blocks => _blocks;

    public bool HasPending => _pending.Count > 0;

    /// <inheritdoc/>
    public ValueTask<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel)
    {
        byte[] frames = block.Bytes.ToArray();
        ReadBlock rows = _decoder.Read(frames);
        bool hasPoison = table == "events" && HoldsPoison(rows);
        ulong[] sequences = [.. rows.Values<ulong>(table == "attributions" ? "version" : "sequence")];
        var stored = new StoredBlock(table, token, frames, sequences, rows.Values<ulong>("block")[0]);
        var insert = new PendingInsert(clock.Elapsed, stored, hasPoison);
        Post(insert, cancel);
        return new ValueTask<InsertAnswer>(insert.Task);
    }

    /// <inheritdoc/>
    public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel)
    {
        var asked = new PendingQuestion(clock.Elapsed, question);
        Post(asked, cancel);
        return asked.Task;
    }

    /// <summary>The rows of a block, valid until the next call.</summary>
    public ReadBlock Read(StoredBlock block) => _decoder.Read(block.Frames);

    /// <summary>Whether this sequence has a row in this table that survives a power loss.</summary>
    public bool Holds(string table, long sequence)
    {
        for (int at = _blocks.Count - 1; at >= 0; at--)
        {
            StoredBlock block = _blocks[at];
            if (block.IsAcknowledged && block.Table == table
                && block.Sequences.AsSpan().Contains((ulong)sequence))
                return true;
        }

        return false;
    }

    /// <summary>Answers one of the calls, any.</summary>
    /// <returns>False when none can be answered now.</returns>
    public bool TryAnswer()
    {
        if (_pending.Count == 0)
            return false;

        PendingCall call = _pending[random.Next(_pending.Count)];
        if (clock.Elapsed < _silentUntil)
        {
            if (clock.Elapsed - call.Posted < Patience)
                return false;
            Fail(call, InsertFaults.TimedOut(isStored: random.Next(2) == 0));
        }
        else if (clock.Elapsed < _downUntil)
        {
            Fail(call, InsertFaults.Refused());
        }
        else if (call is PendingInsert { HasPoison: true })
        {
            Fail(call, InsertFaults.Poisoned());
        }
        else if (random.NextDouble() < FaultRate)
        {
            Fail(call, InsertFaults.Pick(random));
        }
        else
        {
            Answer(call);
        }

        return true;
    }

    /// <summary>The process is killed: what was on its way was stored or not, and nobody is told.</summary>
    public void Kill(TimeSpan downFor)
    {
        while (_pending.Count > 0)
            Fail(_pending[^1], InsertFaults.Reset(random.Next(2) == 0));
        _downUntil = clock.Elapsed + downFor;
    }

    /// <summary>As a kill, and what was not synced is gone.</summary>
    public void LosePower(TimeSpan downFor)
    {
        Kill(downFor);
        _blocks.RemoveAll(block => !block.IsAcknowledged && random.Next(2) == 0);
        foreach ((string token, StoredBlock block) in _tokens.ToList())
        {
            if (!_blocks.Contains(block) || random.Next(2) == 0)
                _tokens.Remove(token);
        }
    }

    /// <summary>Inserts are taken and not answered.</summary>
    public void FallSilent(TimeSpan silentFor) => _silentUntil = clock.Elapsed + silentFor;

    /// <summary>
    /// The engine was killed: what it had posted may be stored yet, at any later moment, or never.
    /// </summary>
    /// <param name="isSettled">
    /// At once, since the journal may have forgotten the events: a start sees what is stored by then alone.
    /// </param>
    public void LoseClient(bool isSettled)
    {
        if (isSettled)
            Kill(TimeSpan.Zero);
        for (int at = _pending.Count - 1; at >= 0; at--)
        {
            if (random.Next(2) == 0)
                _pending.RemoveAt(at);
        }
    }

    /// <summary>From now on every insert lands at once.</summary>
    public void Heal()
    {
        FaultRate = 0;
        _downUntil = _silentUntil = clock.Elapsed;
    }

    public void Dispose() => _decoder.Dispose();

    private void Post(PendingCall call, CancellationToken cancel)
    {
        cancel.UnsafeRegister((_, given) => call.GiveUp(given), null);
        _pending.Add(call);
    }

    private void Answer(PendingCall call)
    {
        _pending.Remove(call);
        Trace($"clickhouse: {call} is done");
        if (call is PendingInsert insert)
        {
            Store(insert.Block);
            _tokens[insert.Block.Token].IsAcknowledged = true;
            insert.Land();
        }
        else if (call is PendingQuestion asked)
        {
            asked.Answer(Count(asked.Question));
        }
    }

    private void Fail(PendingCall call, InsertFault fault)
    {
        _pending.Remove(call);
        bool isStored = fault.IsStored && call is PendingInsert { HasPoison: false };
        Trace($"clickhouse: {call} fails, {(isStored ? "stored" : "not stored")}: {fault.Error.Message}");
        if (isStored)
            Store(((PendingInsert)call).Block);
        call.Fail(fault.Error);
    }

    /// <summary>What can be counted is synced. Now and then a merge has replaced a row of it.</summary>
    private long Count(BlockQuestion question)
    {
        long rows = 0;
        foreach (StoredBlock block in _blocks)
        {
            if (block.Table != question.Table || block.Id != question.Id)
                continue;
            rows += block.Sequences.Length;
            block.IsAcknowledged = true;
        }

        return random.Next(8) == 0 ? Math.Max(0, rows - 1) : rows;
    }

    private void Store(StoredBlock block)
    {
        if (!_tokens.TryAdd(block.Token, block))
            return;
        _blocks.Add(block);
    }

    private static bool HoldsPoison(ReadBlock rows)
    {
        ReadColumn properties = rows["properties"];
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (properties.GetBytes(row).IndexOf("poison"u8) >= 0)
                return true;
        }

        return false;
    }
}
