using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Attribution.Engine.Api.Transport;
using Microsoft.AspNetCore.Connections;

namespace Attribution.Engine.Tests.Api.Transport;

/// <remarks>What Kestrel and the fast lane rely on, seen from both ends of a connection.</remarks>
public class PolledTransportTests
{
    private const int MiB = 1024 * 1024;

    /// <summary>
    /// Eight peers at once, each with pieces of its own sizes and small buffers, so that sends and receives
    /// are cut everywhere.
    /// </summary>
    [Fact]
    public async Task Bytes_GoBothWaysWhole()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        var exchanges = new List<Task>();
        for (int seed = 0; seed < 8; seed++)
        {
            (PolledConnection server, Socket peer) = await rig.ConnectAsync(peerReceiveBytes: 4096);
            if (seed % 2 == 0)
                server.StayOnLoop();
            exchanges.Add(Task.WhenAll(EchoAsync(server), SpeakAsync(peer, new Random(seed))));
        }

        await Task.WhenAll(exchanges).WaitAsync(TestPatience);
    }

    [Fact]
    public async Task Reader_ThatDoesNotRead_StopsThePeerAndLosesNothing()
    {
        const int readAhead = 64 * 1024;
        await using TransportRig rig = await TransportRig.StartAsync(readAhead);
        (PolledConnection server, Socket peer) = await rig.ConnectAsync();
        using Socket owned = peer;
        byte[] sent = Noise(16 * MiB);
        Task sending = SendAllAsync(peer, sent);

        ReadResult first = await server.Transport.Input.ReadAtLeastAsync(readAhead).AsTask()
            .WaitAsync(TestPatience);
        long held = first.Buffer.Length;
        server.Transport.Input.AdvanceTo(first.Buffer.Start);
        Assert.InRange(held, readAhead, 2 * readAhead);
        Assert.False(sending.IsCompleted);

        byte[] received = await ReadAsync(server.Transport.Input, sent.Length);
        await sending.WaitAsync(TestPatience);
        Assert.True(received.AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task Flush_ToAPeerThatDoesNotRead_WaitsUntilItDoes()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        (PolledConnection server, Socket peer) = await rig.ConnectAsync(peerReceiveBytes: 4096);
        using Socket owned = peer;
        byte[] sent = Noise(16 * MiB);
        server.Transport.Output.Write(sent);
        Task<FlushResult> flushing = server.Transport.Output.FlushAsync().AsTask();
        Assert.False(flushing.IsCompleted);
        Assert.InRange(server.Transport.Output.UnflushedBytes, 1, sent.Length);

        byte[] received = await ReceiveAsync(peer, sent.Length);

        Assert.False((await flushing.WaitAsync(TestPatience)).IsCompleted);
        Assert.True(received.AsSpan().SequenceEqual(sent));
        Assert.Equal(0, server.Transport.Output.UnflushedBytes);
    }

    [Fact]
    public async Task Flush_Cancelled_ReturnsAndTheNextSendsTheRest()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        (PolledConnection server, Socket peer) = await rig.ConnectAsync(peerReceiveBytes: 4096);
        using Socket owned = peer;
        PipeWriter output = server.Transport.Output;
        byte[] sent = Noise(16 * MiB);
        output.Write(sent.AsSpan(0, sent.Length - 3));

        Task<FlushResult> pending = output.FlushAsync().AsTask();
        output.CancelPendingFlush();
        Assert.True((await pending.WaitAsync(TestPatience)).IsCanceled);

        using var cancelling = new CancellationTokenSource();
        Task<FlushResult> byToken = output.FlushAsync(cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => byToken.WaitAsync(TestPatience));

        output.Write(sent.AsSpan(sent.Length - 3));
        Task<FlushResult> last = output.FlushAsync().AsTask();
        byte[] received = await ReceiveAsync(peer, sent.Length);
        Assert.False((await last.WaitAsync(TestPatience)).IsCanceled);
        Assert.True(received.AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task Peer_ThatEnds_EndsTheInputAfterItsLastByte()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        (PolledConnection server, Socket peer) = await rig.ConnectAsync();
        using Socket owned = peer;
        byte[] sent = Noise(100_000);
        await SendAllAsync(peer, sent);
        peer.Shutdown(SocketShutdown.Send);

        byte[] received = await ReadAsync(server.Transport.Input, sent.Length);
        ReadResult end = await server.Transport.Input.ReadAsync().AsTask().WaitAsync(TestPatience);

        Assert.True(received.AsSpan().SequenceEqual(sent));
        Assert.True(end.IsCompleted);
        await WhenClosedAsync(server);

        // The other direction is open still.
        server.Transport.Output.Write("bye"u8);
        await server.Transport.Output.FlushAsync();
        Assert.Equal("bye"u8.ToArray(), await ReceiveAsync(peer, 3));
    }

    [Fact]
    public async Task Peer_ThatResets_FailsTheReadAndEndsTheFlush()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        (PolledConnection server, Socket peer) = await rig.ConnectAsync(peerReceiveBytes: 4096);
        server.Transport.Output.Write(Noise(16 * MiB));
        Task<FlushResult> flushing = server.Transport.Output.FlushAsync().AsTask();
        Task<ReadResult> reading = server.Transport.Input.ReadAsync().AsTask();

        peer.Close(0);

        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(TestPatience));
        Assert.True((await flushing.WaitAsync(TestPatience)).IsCompleted);
        await WhenClosedAsync(server);
    }

    [Fact]
    public async Task Abort_EndsWhatWaitsAndResetsThePeer()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        (PolledConnection server, Socket peer) = await rig.ConnectAsync(peerReceiveBytes: 4096);
        using Socket owned = peer;
        server.Transport.Output.Write(Noise(16 * MiB));
        Task<FlushResult> flushing = server.Transport.Output.FlushAsync().AsTask();
        Task<ReadResult> reading = server.Transport.Input.ReadAsync().AsTask();

        server.Abort(new ConnectionAbortedException("enough"));

        ConnectionAbortedException said = await Assert.ThrowsAsync<ConnectionAbortedException>(
            () => reading.WaitAsync(TestPatience));
        Assert.Equal("enough", said.Message);
        Assert.True((await flushing.WaitAsync(TestPatience)).IsCompleted);
        await WhenClosedAsync(server);
        await server.DisposeAsync();
        SocketException reset = await Assert.ThrowsAsync<SocketException>(
            () => ReceiveAsync(peer, 17 * MiB));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task Read_GoesOnInTheLoopWhileAskedForAndInThePoolOtherwise()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        (PolledConnection server, Socket peer) = await rig.ConnectAsync();
        using Socket owned = peer;

        Assert.True(await ReadOneAsync());
        server.StayOnLoop();
        Assert.False(await ReadOneAsync());
        server.LeaveLoop();
        Assert.True(await ReadOneAsync());

        async Task<bool> ReadOneAsync()
        {
            Task<bool> reading = IsPoolAfterAsync(server.Transport.Input);
            await peer.SendAsync(new byte[1]);
            return await reading.WaitAsync(TestPatience);
        }
    }

    /// <summary>Places in the loop are used again, and an event of before reaches nobody.</summary>
    [Fact]
    public async Task Connections_OneAfterTheOther_AreEachTheirOwn()
    {
        await using TransportRig rig = await TransportRig.StartAsync();
        var random = new Random(7);
        var open = new List<(PolledConnection Server, Socket Peer, byte Said)>();
        for (int i = 0; i < 500; i++)
        {
            (PolledConnection server, Socket peer) = await rig.ConnectAsync();
            await peer.SendAsync(new[] { (byte)i });
            open.Add((server, peer, (byte)i));
            if (open.Count < 100)
                continue;

            (server, peer, byte said) = open[random.Next(open.Count)];
            Assert.Equal([said], await ReadAsync(server.Transport.Input, 1));
            peer.Dispose();
            await server.DisposeAsync().AsTask().WaitAsync(TestPatience);
            open.RemoveAll(one => one.Server == server);
        }

        Assert.InRange(rig.MostConnections, 100, 499);
        foreach ((PolledConnection server, Socket peer, byte said) in open)
        {
            Assert.Equal([said], await ReadAsync(server.Transport.Input, 1));
            peer.Dispose();
        }
    }

    private static TimeSpan TestPatience => TimeSpan.FromSeconds(60);

    private static async Task<bool> IsPoolAfterAsync(PipeReader input)
    {
        ReadResult read = await input.ReadAsync().ConfigureAwait(false);
        bool isPool = Thread.CurrentThread.IsThreadPoolThread;
        input.AdvanceTo(read.Buffer.End);
        return isPool;
    }

    private static async Task EchoAsync(PolledConnection server)
    {
        while (true)
        {
            ReadResult read = await server.Transport.Input.ReadAsync().ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
                server.Transport.Output.Write(part.Span);
            server.Transport.Input.AdvanceTo(read.Buffer.End);
            await server.Transport.Output.FlushAsync().ConfigureAwait(false);
            if (read.IsCompleted)
                return;
        }
    }

    private static async Task SpeakAsync(Socket peer, Random random)
    {
        using Socket owned = peer;
        byte[] said = Noise(random.Next(1, 2 * MiB));
        Task<byte[]> hearing = ReceiveAsync(peer, said.Length);
        for (int at = 0; at < said.Length;)
        {
            int length = Math.Min(random.Next(1, 200_000), said.Length - at);
            await SendAllAsync(peer, said.AsMemory(at, length));
            at += length;
        }

        Assert.True((await hearing).AsSpan().SequenceEqual(said));
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        byte[] received = new byte[count];
        int length = 0;
        while (length < count)
        {
            int read = await socket.ReceiveAsync(received.AsMemory(length)).AsTask().WaitAsync(TestPatience);
            Assert.NotEqual(0, read);
            length += read;
        }

        return received;
    }

    private static async Task<byte[]> ReadAsync(PipeReader input, int count)
    {
        byte[] received = new byte[count];
        int length = 0;
        while (length < count)
        {
            ReadResult read = await input.ReadAsync().AsTask().WaitAsync(TestPatience);
            read.Buffer.CopyTo(received.AsSpan(length));
            length += (int)read.Buffer.Length;
            input.AdvanceTo(read.Buffer.End);
        }

        return received;
    }

    private static async Task WhenClosedAsync(PolledConnection server)
    {
        var closed = new TaskCompletionSource();
        await using CancellationTokenRegistration told = server.ConnectionClosed.Register(closed.SetResult);
        await closed.Task.WaitAsync(TestPatience);
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
