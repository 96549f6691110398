using Attribution.Engine.Recovery.Snapshots;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Workers;
using Attribution.Engine.Tests.Workers.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Recovery;

/// <remarks>
/// A snapshot that is not, to the last byte, what a stop wrote must count as none. Each case loads into
/// tables of its own, since those of a refused one are thrown away. That a whole one is all there is to know
/// shows in <see cref="ReplayEqualityTests"/>.
/// </remarks>
public sealed class SnapshotTests : IDisposable
{
    private const int Cases = 150;
    private readonly TemporaryFolder _folder = new();

    private string Snapshot => Path.Combine(_folder.Path, "snapshot");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_SavedAgain_AreTheSameBytes()
    {
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 500);
        await using WorkerRig loaded = NewRig();
        Assert.True(loaded.TryLoad(_folder.Path));
        using var other = new TemporaryFolder();
        loaded.Save(other.Path);

        string[] parts = ["identity", "shard-0", "shard-1"];
        foreach (string part in parts)
        {
            byte[] before = Payload(Path.Combine(Snapshot, part));
            Assert.True(before.Length > 1000, $"{part} holds {before.Length} bytes, which prove little");
            Assert.Equal(before, Payload(Path.Combine(other.Path, "snapshot", part)));
        }
    }

    [Fact]
    public async Task Load_OneBitChanged_IsRefused()
    {
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 200);
        var random = new Random(5);
        foreach (string file in RandomFiles(random))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            int at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            await AssertRefusedAsync(file, bytes, $"byte {at} of {Path.GetFileName(file)}");
        }
    }

    [Fact]
    public async Task Load_CutOrLongerOrGone_IsRefused()
    {
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 200);
        var random = new Random(6);
        foreach (string file in RandomFiles(random))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            int length = random.Next(3) == 0 ? bytes.Length + random.Next(1, 100) : random.Next(bytes.Length);
            Array.Resize(ref bytes, length);
            await AssertRefusedAsync(file, bytes, $"{length} bytes of {Path.GetFileName(file)}");
        }

        File.Delete(Path.Combine(Snapshot, "shard-1"));
        await using WorkerRig rig = NewRig();
        Assert.False(rig.TryLoad(_folder.Path));
    }

    /// <remarks>A file of any length costs a frame's room, and no more time than what fits the tables.
    /// </remarks>
    [Theory]
    [InlineData("head")]
    [InlineData("shard-0")]
    public async Task Load_HugeFile_IsRefused(string part)
    {
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 200);
        await using (FileStream file = File.OpenWrite(Path.Combine(Snapshot, part)))
            file.SetLength(1L << 40);

        Assert.False(await IsLoadedAsync());
    }

    [Fact]
    public async Task Load_PartOfAnotherSnapshotOrShard_IsRefused()
    {
        using var other = new TemporaryFolder();
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 200);
        await using WorkerRig later = await SaveAsync(other.Path, events: 201);
        string part = Path.Combine(Snapshot, "shard-1");
        byte[] foreign = await File.ReadAllBytesAsync(Path.Combine(other.Path, "snapshot", "shard-1"));

        await AssertRefusedAsync(part, foreign, "a part of another snapshot");
        Assert.True(await IsLoadedAsync());
    }

    /// <remarks>Each frame has a hash of its own: only its number says where it belongs.</remarks>
    [Theory]
    [InlineData(true, 0, 1, 2)]
    [InlineData(false, 1, 0, 2)]
    [InlineData(false, 0, 2, 1)]
    [InlineData(false, 0, 0, 2)]
    public void Load_FramesInAnyOrder_TakesTheirOwnOnly(bool isTaken, params int[] order)
    {
        byte[] state = new byte[(2 * SnapshotFrame.MaxBytes) + 1000];
        new Random(7).NextBytes(state);
        string path = Path.Combine(_folder.Path, "part");
        using (var writer = new SnapshotWriter(path, snapshot: 7, CancellationToken.None))
        {
            writer.Pass(state);
            writer.Complete();
        }

        byte[] all = File.ReadAllBytes(path);
        byte[][] frames = [.. all.Chunk(SnapshotFrame.HeadBytes + SnapshotFrame.MaxBytes)];
        byte[] end = frames[2][^SnapshotFrame.HeadBytes..];
        frames[2] = frames[2][..^SnapshotFrame.HeadBytes];
        File.WriteAllBytes(path, [.. order.SelectMany(number => frames[number]), .. end]);

        byte[] read = new byte[state.Length];
        using var reader = new SnapshotReader(path, snapshot: 7);
        Exception? refused = Record.Exception(() =>
        {
            reader.Pass(read);
            reader.Complete();
        });

        Assert.Equal(isTaken, refused is null);
        Assert.True(refused is null or InvalidDataException, $"{refused}");
        Assert.Equal(isTaken, state.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public async Task Load_IntoOtherTables_IsRefused()
    {
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 200);
        await using var rig = new WorkerRig(
            null, 2, Configs.Everything, WorkerRig.Small with { MaxPersons = 1 << 11 });

        Assert.False(rig.TryLoad(_folder.Path));
    }

    [Fact]
    public async Task Save_OutOfTime_LeavesNothing()
    {
        await using WorkerRig saved = await SaveAsync(_folder.Path, events: 10);

        Assert.ThrowsAny<OperationCanceledException>(
            () => saved.Save(_folder.Path, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static WorkerRig NewRig() => new(null, 2, Configs.Everything);

    private static async Task<WorkerRig> SaveAsync(string folder, int events)
    {
        WorkerRig rig = NewRig();
        string[] types = ["click", "install", "purchase", "lead"];
        rig.HandleBatch(Enumerable.Range(0, events).Select(i => WorkerRig.Event(
            $"an-id-too-long-to-be-kept-in-place-{i}", types[i % 4], i,
            (EventField.AnonymousId, $"a{i % 97}"), (EventField.UserId, $"u{i % 50}"),
            (EventField.Source, $"s{i % 7}"), (EventField.UserAgent, "Android 14"))));
        rig.Save(folder);
        await Task.CompletedTask;
        return rig;
    }

    private IEnumerable<string> RandomFiles(Random random)
    {
        string[] files = Directory.GetFiles(Snapshot);
        Assert.Equal(4, files.Length);
        return Enumerable.Range(0, Cases).Select(_ => files[random.Next(files.Length)]);
    }

    /// <summary>Loads with other bytes in one file, which then has its own again.</summary>
    private async Task AssertRefusedAsync(string file, byte[] bytes, string what)
    {
        byte[] own = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, bytes);
        Assert.False(await IsLoadedAsync(), what);
        await File.WriteAllBytesAsync(file, own);
    }

    private async Task<bool> IsLoadedAsync()
    {
        await using WorkerRig rig = NewRig();
        return rig.TryLoad(_folder.Path);
    }

    /// <summary>What the frames carry, without their heads: those hold the snapshot's number.</summary>
    private static byte[] Payload(string file)
    {
        byte[] all = File.ReadAllBytes(file);
        var payload = new MemoryStream();
        for (int at = 0; at < all.Length;)
        {
            int length = BitConverter.ToInt32(all, at + 28);
            payload.Write(all, at + 32, length);
            at += 32 + length;
        }

        return payload.ToArray();
    }
}
