using System.Net.Sockets;
using System.Text;

namespace Attribution.Bench.Idle;

/// <summary>
/// Connections that cost an engine something and give it nothing: idle ones that never ask, and slow ones
/// that send a body byte by byte until they are cut off, and begin again. Owned by one round.
/// </summary>
internal sealed class IdleCrowd : IAsyncDisposable
{
    /// <summary>Connections being opened at one time; the engine's queue of them is bounded.</summary>
    private const int Opening = 128;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Uri _engine;
    private readonly List<Socket> _idle = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _slow = [];
    private readonly byte[] _head;
    private long _cutOff;

    private IdleCrowd(Uri engine, string? key)
    {
        _engine = engine;
        string authorization = key is null ? "" : $"Authorization: Bearer {key}\r\n";
        _head = Encoding.ASCII.GetBytes(
            $"POST /v1/events HTTP/1.1\r\nHost: {engine.Authority}\r\n{authorization}"
            + "Content-Length: 1000000\r\n\r\n[");
    }

    /// <summary>Slow senders that the engine cut off so far.</summary>
    public long CutOff => Volatile.Read(ref _cutOff);

    /// <summary>Idle connections that the engine has not ended.</summary>
    public int IdleOpen => _idle.Count(socket => !socket.Poll(0, SelectMode.SelectRead));

    public static async Task<IdleCrowd> GatherAsync(
        Uri engine, string? key, (int Idle, int Slow) size, CancellationToken cancel)
    {
        var crowd = new IdleCrowd(engine, key);
        while (crowd._idle.Count < size.Idle)
        {
            int next = Math.Min(Opening, size.Idle - crowd._idle.Count);
            crowd._idle.AddRange(await Task.WhenAll(
                Enumerable.Range(0, next).Select(_ => crowd.ConnectAsync(cancel))));
        }

        for (int i = 0; i < size.Slow; i++)
            crowd._slow.Add(crowd.SendSlowlyAsync(TimeSpan.FromMilliseconds(i % 1_000)));
        return crowd;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_slow);
        foreach (Socket socket in _idle)
            socket.Dispose();
        _stop.Dispose();
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_engine.Host, _engine.Port, cancel);
        return socket;
    }

    private async Task SendSlowlyAsync(TimeSpan start)
    {
        try
        {
            // Apart from one another, as senders are.
            await Task.Delay(start, _stop.Token);
            while (true)
            {
                await SendUntilCutAsync();
                Interlocked.Increment(ref _cutOff);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private async Task SendUntilCutAsync()
    {
        try
        {
            using Socket socket = await ConnectAsync(_stop.Token);
            await socket.SendAsync(_head, SocketFlags.None, _stop.Token);
            while (!socket.Poll(0, SelectMode.SelectRead))
            {
                await Task.Delay(Pause, _stop.Token);
                await socket.SendAsync(" "u8.ToArray(), SocketFlags.None, _stop.Token);
            }
        }
        catch (SocketException)
        {
            // Cut off between two bytes.
        }
    }
}
