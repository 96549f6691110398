using System.Net;
using System.Net.Sockets;

namespace Attribution.Faults.Fuzzing.Http;

/// <summary>How bytes are put on a connection. Immutable.</summary>
public sealed record RawSending
{
    /// <summary>Where the input is cut into two packets; nowhere when 0.</summary>
    public int SplitAt { get; init; }

    /// <summary>
    /// True to say that nothing more comes, after which the server ends the connection whatever it has read;
    /// false to wait until the server ends it on its own account.
    /// </summary>
    public bool EndsSending { get; init; } = true;
}

/// <summary>What a server did with the bytes of one connection. Immutable.</summary>
/// <param name="Answers">In their order.</param>
/// <param name="IsReset">The server ended it by a reset, not by an end.</param>
public sealed record RawOutcome(List<RawAnswer> Answers, bool IsReset);

/// <summary>
/// Puts bytes on a fresh loopback connection as they are and reads until the server ends it. Stateless.
/// </summary>
public static class RawExchange
{
    /// <summary>
    /// Between two packets, so that the server has read the first; loopback takes far less.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <param name="port">On loopback.</param>
    /// <param name="input">The bytes.</param>
    /// <param name="sending">How to send them.</param>
    /// <param name="cancel">Ends the wait for a server that ends nothing.</param>
    /// <exception cref="FormatException">What came back is not HTTP.</exception>
    public static async Task<RawOutcome> RunAsync(
        int port, ReadOnlyMemory<byte> input, RawSending sending, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancel).ConfigureAwait(false);
        Task writing = SendAsync(socket, input, sending, cancel);

        var received = new MemoryStream();
        bool isReset = await ReceiveAsync(socket, received, cancel).ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        return new RawOutcome(
            RawAnswer.ReadAll(received.GetBuffer().AsSpan(0, (int)received.Length)), isReset);
    }

    private static async Task SendAsync(
        Socket socket, ReadOnlyMemory<byte> input, RawSending sending, CancellationToken cancel)
    {
        try
        {
            int first = sending.SplitAt > 0 ? sending.SplitAt : input.Length;
            await SendAllAsync(socket, input[..first], cancel).ConfigureAwait(false);
            if (first < input.Length)
            {
                await Task.Delay(Pause, cancel).ConfigureAwait(false);
                await SendAllAsync(socket, input[first..], cancel).ConfigureAwait(false);
            }

            if (sending.EndsSending)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server may have refused, and closed, before it read everything.
        }
    }

    private static async Task SendAllAsync(
        Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await socket.SendAsync(bytes, SocketFlags.None, cancel).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    private static async Task<bool> ReceiveAsync(
        Socket socket, MemoryStream received, CancellationToken cancel)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                int read = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel).ConfigureAwait(false);
                if (read == 0)
                    return false;
                received.Write(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
