using System.Runtime.CompilerServices;
using Attribution.ClickHouse.Compression;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// Posts inserts over sockets of its own, for plain HTTP: through the HTTP client each costs 12 KiB of
/// garbage (InsertAllocationTests). Thread-safe; keeps the connections that are free.
/// </summary>
internal sealed class InsertConnections(ClickHouseOptions options) : IDisposable
{
    /// <summary>Shorter than the 10 s after which older servers close.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turns = new(options.MaxConnections);
    private readonly Stack<InsertConnection> _free = new(options.MaxConnections);
    private readonly Lock _renting = new();
    private bool _isClosed;

    /// <summary>
    /// Whether what every request says fits into an HTTP head as it is; the HTTP client has its own way with
    /// the rest.
    /// </summary>
    public static bool CanServe(ClickHouseOptions options) =>
        options.Endpoint.Scheme == Uri.UriSchemeHttp && IsPlain(options.User) && IsPlain(options.Password);

    /// <inheritdoc cref="ClickHouseClient.InsertAsync"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask InsertAsync(
        InsertTarget target, CompressedBlock block, InsertOptions insert, CancellationToken cancel)
    {
        TimeSpan timeout = insert.Timeout ?? options.InsertTimeout;
        await _turns.WaitAsync(cancel).ConfigureAwait(false);
        InsertConnection connection = Rent();
        bool isUsable = false;
        try
        {
            connection.Begin(timeout, cancel);
            await connection.ConnectAsync(options.Endpoint, options.ConnectTimeout).ConfigureAwait(false);
            await connection.PostAsync(target, block, insert).ConfigureAwait(false);
            isUsable = connection.End();
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The server did not take an insert within {timeout}.", error);
        }
        finally
        {
            Return(connection, isUsable);
            _turns.Release();
        }
    }

    public void Dispose()
    {
        lock (_renting)
        {
            _isClosed = true;
            while (_free.TryPop(out InsertConnection? connection))
                connection.Dispose();
        }
    }

    private InsertConnection Rent()
    {
        lock (_renting)
        {
            while (_free.TryPop(out InsertConnection? connection))
            {
                if (connection.IdleFor < MaxIdle && connection.Age < MaxAge && connection.IsOpen)
                    return connection;
                connection.Dispose();
            }
        }

        return new InsertConnection();
    }

    private void Return(InsertConnection connection, bool isUsable)
    {
        lock (_renting)
        {
            if (isUsable && !_isClosed)
                _free.Push(connection);
            else
                connection.Dispose();
        }
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
