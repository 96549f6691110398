using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Attribution.Engine.Api.Transport;

/// <summary>How the transport binds and what it may hold. Immutable.</summary>
/// <param name="ReusesPort">Other processes of the same user may bind to the same address.</param>
/// <param name="ReadAheadBytes">
/// Received bytes that nobody has read at which a connection stops receiving.
/// </param>
internal sealed record TransportOptions(bool ReusesPort, int ReadAheadBytes);

/// <summary>
/// Kestrel's sockets on Linux, with loops of our own below them: an ordinary request is received, parsed,
/// published and answered in one thread by two system calls. Kestrel's own transport stays for everything
/// else. Owned by the server's container, which disposes of it last.
/// </summary>
internal sealed class PolledTransport(TransportOptions options, MemoryPool<byte> pool)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly PollLoop[] _loops = [.. Enumerable.Range(0, RuntimeSettings.PollLoops)
        .Select(number => new PollLoop($"sockets-{number}"))];

    private int _next;

    /// <summary>
    /// Has Kestrel use it, where it works: of several transports Kestrel asks the one that was added last
    /// first.
    /// </summary>
    public static void AddTo(IServiceCollection services, TransportOptions options)
    {
        if (Epoll.IsSupported && RuntimeSettings.PollLoops > 0)
            services.AddSingleton<IConnectionListenerFactory>(
                built => new PolledTransport(options, Pool(built)));
    }

    private static MemoryPool<byte> Pool(IServiceProvider built) => RuntimeSettings.HasPinnedPool
        ? built.GetRequiredService<IMemoryPoolFactory<byte>>().Create() : MemoryPool<byte>.Shared;

    /// <summary>The most connections that its loops have had, each at one time.</summary>
    public int MostConnections => _loops.Sum(loop => loop.MostConnections);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        try
        {
            socket = ListenSocket.Bind(endpoint, options.ReusesPort);
            socket.Listen(RuntimeSettings.Backlog);
            return new ValueTask<IConnectionListener>(new PolledListener(this, socket));
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            if (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
                throw new AddressInUseException(failure.Message, failure);
            throw;
        }
    }

    /// <summary>Gives a new connection to the next loop.</summary>
    public ConnectionContext Open(Socket socket)
    {
        PollLoop loop = _loops[(uint)Interlocked.Increment(ref _next) % (uint)_loops.Length];
        var connection = new PolledConnection(loop, socket, pool, options.ReadAheadBytes);
        connection.Start();
        return connection;
    }

    public void Dispose()
    {
        foreach (PollLoop loop in _loops)
            loop.Dispose();
        pool.Dispose();
    }
}
