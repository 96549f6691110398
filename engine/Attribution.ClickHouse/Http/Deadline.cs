namespace Attribution.ClickHouse.Http;

/// <summary>
/// A token that ends with its caller's or when a time set anew for each step has passed. Owned by one
/// request.
/// </summary>
internal sealed class Deadline(CancellationToken caller) : IDisposable
{
    private readonly CancellationTokenSource _source =
        CancellationTokenSource.CreateLinkedTokenSource(caller);

    /// <summary>True if it was the time that ran out, not the caller who gave up.</summary>
    public bool Expired => _source.IsCancellationRequested && !caller.IsCancellationRequested;

    public CancellationToken Within(TimeSpan time)
    {
        _source.CancelAfter(time);
        return _source.Token;
    }

    public void Dispose() => _source.Dispose();
}
