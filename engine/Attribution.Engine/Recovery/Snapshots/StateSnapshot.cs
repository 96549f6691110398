using System.Security.Cryptography;
using Attribution.Engine.Identity;
using Attribution.Engine.Journal;
using Attribution.Engine.Workers;

namespace Attribution.Engine.Recovery.Snapshots;

/// <summary>
/// What identity and workers remember, as files in the data folder: written by a stop that left nothing to
/// do, read once by the next start. A convenience and never the truth: where anything about it is not as
/// expected it is left out, and the state is rebuilt from ClickHouse. Used by one thread at a time.
/// </summary>
internal sealed class StateSnapshot(string dataFolder)
{
    public const string HeadFile = "head";

    /// <summary>The head's own frames cannot carry the number that only the head tells.</summary>
    public const ulong HeadId = 0x0041_7474_7269_6231;

    private string Folder => Path.Combine(dataFolder, "snapshot");

    private string NewFolder => Folder + ".new";

    /// <summary>Writes all of it; only then does it have its name.</summary>
    /// <exception cref="IOException">The disk refuses; nothing of it is left.</exception>
    /// <exception cref="OperationCanceledException">The time is over; nothing of it is left.</exception>
    public async Task WriteAsync(
        SnapshotHead head, IdentityStage identity, ShardWorker[] workers, CancellationToken cancel)
    {
        Delete();
        try
        {
            Directory.CreateDirectory(NewFolder);
            head.Id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            await ForEachPartAsync(identity, workers, (part, pass) =>
            {
                using var writer = new SnapshotWriter(Path.Combine(NewFolder, part), head.Id, cancel);
                pass(writer);
                writer.Complete();
            }).ConfigureAwait(false);
            using (var writer = new SnapshotWriter(Path.Combine(NewFolder, HeadFile), HeadId, cancel))
            {
                head.PassState(writer);
                writer.Complete();
            }

            Directory.Move(NewFolder, Folder);
        }
        catch
        {
            Delete();
            throw;
        }
    }

    /// <returns>Null where there is none that can be read.</returns>
    public SnapshotHead? TryReadHead()
    {
        string path = Path.Combine(Folder, HeadFile);
        if (!File.Exists(path))
            return null;
        try
        {
            var head = new SnapshotHead();
            using var reader = new SnapshotReader(path, HeadId);
            head.PassState(reader);
            reader.Complete();
            return head;
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            return null;
        }
    }

    /// <param name="head">As read.</param>
    /// <param name="identity">Has seen nothing yet, and must be thrown away where this fails.</param>
    /// <param name="workers">The same.</param>
    /// <returns>False where the snapshot is broken.</returns>
    public async Task<bool> TryLoadAsync(SnapshotHead head, IdentityStage identity, ShardWorker[] workers)
    {
        try
        {
            await ForEachPartAsync(identity, workers, (part, pass) =>
            {
                using var reader = new SnapshotReader(Path.Combine(Folder, part), head.Id);
                pass(reader);
                reader.Complete();
            }).ConfigureAwait(false);
            return true;
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            return false;
        }
    }

    /// <summary>
    /// From here on it is not true any more, and no power loss brings it back: who was erased afterwards
    /// would come back with it.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Delete()
    {
        // The head first: without it the rest means nothing.
        if (Directory.Exists(Folder))
        {
            File.Delete(Path.Combine(Folder, HeadFile));
            LibC.SyncDirectory(Folder);
        }

        foreach (string folder in (string[])[Folder, NewFolder])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }

        // Whether or not there was one: who deleted it may have been killed before this line.
        LibC.SyncDirectory(dataFolder);
    }

    private static bool IsBroken(Exception failure) =>
        failure is IOException or InvalidDataException or UnauthorizedAccessException;

    /// <summary>Each part on a thread of its own: loading waits for new memory most of all.</summary>
    private static Task ForEachPartAsync(
        IdentityStage identity, ShardWorker[] workers, Action<string, Action<Model.Memory.StateStream>> pass)
    {
        var parts = new Task[workers.Length + 1];
        parts[0] = Task.Run(() => pass("identity", identity.PassState));
        for (int i = 0; i < workers.Length; i++)
        {
            int shard = i;
            parts[i + 1] = Task.Run(() => pass($"shard-{shard}", workers[shard].PassState));
        }

        return Task.WhenAll(parts);
    }
}
