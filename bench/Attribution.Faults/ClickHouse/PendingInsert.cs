using Attribution.Engine.Sink.Inserts;

namespace Attribution.Faults.ClickHouse;

/// <summary>An insert that has been posted and not answered. Owned by its <see cref="SimulatedClickHouse"/>.
/// </summary>
internal sealed record PendingInsert(StoredBlock Block, TimeSpan Posted, bool HasPoison)
{
    private readonly TaskCompletionSource<InsertAnswer> _answer = new();

    public Task<InsertAnswer> Task => _answer.Task;

    /// <summary>Does nothing where the sender has given up.</summary>
    public void Answer(InsertAnswer answer) => _answer.TrySetResult(answer);

    public void GiveUp(CancellationToken cancel) => _answer.TrySetCanceled(cancel);
}
