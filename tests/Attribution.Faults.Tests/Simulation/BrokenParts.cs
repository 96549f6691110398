using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Identity;
using Attribution.Engine.Journal;
using Attribution.Engine.Recovery;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Workers;

namespace Attribution.Faults.Tests.Simulation;

/// <summary>A disk that says yes when it is asked to sync and does not. Used by one thread.</summary>
internal sealed class LyingDisk(IJournalFileSystem files) : IJournalFileSystem
{
    public IReadOnlyList<string> List() => files.List();

    public IJournalFile Create(string name, long bytes) => new LyingFile(files.Create(name, bytes));

    public IJournalFile Open(string name) => new LyingFile(files.Open(name));

    public void Delete(string name) => files.Delete(name);

    public void SyncDirectory() => files.SyncDirectory();

    public IJournalFileSystem Folder(string name) => files.Folder(name);

    private sealed class LyingFile(IJournalFile file) : IJournalFile
    {
        public long LengthBytes => file.LengthBytes;

        public int ReadAt(long offset, Span<byte> target) => file.ReadAt(offset, target);

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => file.WriteAt(offset, bytes);

        public void SyncData()
        {
        }

        public void Sync() => file.Sync();

        public void Truncate(long bytes) => file.Truncate(bytes);

        public void Dispose() => file.Dispose();
    }
}

/// <summary>A disk that keeps files and forgets their names. Used by one thread.</summary>
internal sealed class NamelessDisk(IJournalFileSystem files) : IJournalFileSystem
{
    public IReadOnlyList<string> List() => files.List();

    public IJournalFile Create(string name, long bytes) => files.Create(name, bytes);

    public IJournalFile Open(string name) => files.Open(name);

    public void Delete(string name) => files.Delete(name);

    public void SyncDirectory()
    {
    }

    public IJournalFileSystem Folder(string name) => files.Folder(name);
}

/// <summary>Takes an insert whose outcome nobody knows for landed. Used by one thread.</summary>
internal sealed class TrustingTransport(IInsertTransport transport) : IInsertTransport
{
    public async ValueTask<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel)
    {
        InsertAnswer answer = await transport.InsertAsync(table, block, token, cancel);
        return answer.Outcome.Verdict == InsertVerdict.Unknown ? InsertAnswer.Landed : answer;
    }

    public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
        transport.CountAsync(question, cancel);
}

/// <summary>Finds every block that is asked for, there or not. Used by one thread.</summary>
internal sealed class FindingTransport(IInsertTransport transport) : IInsertTransport
{
    public ValueTask<InsertAnswer> InsertAsync(
        string table, CompressedBlock block, string token, CancellationToken cancel) =>
        transport.InsertAsync(table, block, token, cancel);

    public Task<BlockCount> CountAsync(BlockQuestion question, CancellationToken cancel) =>
        Task.FromResult(new BlockCount(InsertAnswer.Landed.Outcome, long.MaxValue));
}

/// <summary>A start that takes nothing from ClickHouse. Used by one thread.</summary>
internal sealed class ForgetfulStart(IStoredState stored) : IStoredState
{
    public Task<long> NextSequenceAsync(long journalEnd, CancellationToken cancel) =>
        stored.NextSequenceAsync(journalEnd, cancel);

    public Task<StoredCounts> RestoreAsync(
        IdentityStage identity, ShardWorker[] workers, StoredRange range, int eventIds,
        CancellationToken cancel) => Task.FromResult(default(StoredCounts));
}
