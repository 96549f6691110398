using Attribution.ClickHouse.Http;
using Attribution.Engine.Sink.Inserts;

namespace Attribution.Faults.ClickHouse;

/// <summary>Something asked of a <see cref="SimulatedClickHouse"/>, which owns it, and not answered yet.
/// </summary>
internal abstract class PendingCall(TimeSpan posted)
{
    public TimeSpan Posted { get; } = posted;

    public abstract void Fail(Exception error);

    /// <summary>The caller waits no longer; later answers go nowhere.</summary>
    public abstract void GiveUp(CancellationToken cancel);
}

/// <summary>An insert on its way. Owned as every <see cref="PendingCall"/>.</summary>
internal sealed class PendingInsert(TimeSpan posted, StoredBlock block, bool hasPoison)
    : PendingCall(posted)
{
    private readonly TaskCompletionSource<InsertAnswer> _answer = new();

    public StoredBlock Block { get; } = block;

    /// <summary>A row is among them that the table never takes.</summary>
    public bool HasPoison { get; } = hasPoison;

    public Task<InsertAnswer> Task => _answer.Task;

    public void Land() => _answer.TrySetResult(InsertAnswer.Landed);

    public override void Fail(Exception error) =>
        _answer.TrySetResult(new InsertAnswer(InsertOutcome.Classify(error), error.Message));

    public override void GiveUp(CancellationToken cancel) => _answer.TrySetCanceled(cancel);

    public override string ToString() => Block.Token;
}

/// <summary>The question for an insert's rows. Owned as every <see cref="PendingCall"/>.</summary>
internal sealed class PendingQuestion(TimeSpan posted, BlockQuestion question)
    : PendingCall(posted)
{
    private readonly TaskCompletionSource<BlockCount> _answer = new();

    public BlockQuestion Question { get; } = question;

    public Task<BlockCount> Task => _answer.Task;

    public void Answer(long rows) =>
        _answer.TrySetResult(new BlockCount(InsertOutcome.Classify(null), rows));

    public override void Fail(Exception error) =>
        _answer.TrySetResult(new BlockCount(InsertOutcome.Classify(error), 0, error.Message));

    public override void GiveUp(CancellationToken cancel) => _answer.TrySetCanceled(cancel);

    public override string ToString() => "question for " + Question.Table;
}
