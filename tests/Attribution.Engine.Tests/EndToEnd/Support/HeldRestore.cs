using Attribution.Faults.Proxy;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// A way to ClickHouse on which a start that reads stored events back waits for as long as its test wants.
/// Owned by one test.
/// </summary>
internal sealed class HeldRestore : IAsyncDisposable
{
    private readonly TaskCompletionSource _begun = New();
    private readonly TaskCompletionSource _decided = New();
    private readonly FaultProxy _proxy;
    private ProxyFault _fate = ProxyFault.None;

    public HeldRestore(Uri clickHouse) =>
        _proxy = new FaultProxy(clickHouse, request => request.IsRestore ? _fate : ProxyFault.None)
        {
            Hold = HoldAsync,
        };

    public Uri Endpoint => _proxy.Endpoint;

    /// <summary>Links are restored by then, and no event is.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Lets it go on.</summary>
    public void Release() => _decided.TrySetResult();

    /// <summary>Has ClickHouse refuse it.</summary>
    public void Refuse()
    {
        _fate = ProxyFault.Refused;
        Release();
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    private Task HoldAsync(ProxiedRequest request)
    {
        if (!request.IsRestore)
            return Task.CompletedTask;
        _begun.TrySetResult();
        return _decided.Task;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
