using System.Numerics;
using Microsoft.Extensions.Logging;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// The pauses between the attempts of one insert, counted, logged and, where a person is needed, shown as
/// stuck until it is over. Owned by the insert.
/// </summary>
internal sealed class RetryPauses(string table, SinkSetup setup, SinkStats stats) : IDisposable
{
    private readonly TableStats _tableStats = stats.Of(table);
    private bool _isStuck;

    public Task WaitAsync(
        int attempt, InsertAnswer answer, RetryDecision decision, CancellationToken stopping)
    {
        _tableStats.OnRetry(RetryingInsert.Describe(answer));
        stats.Inserts.OnFailed();
        if (decision.NeedsPerson && !_isStuck)
        {
            _isStuck = true;
            _tableStats.OnStuck();
        }

        LogWait(attempt, answer, decision);
        return Task.Delay(decision.Delay, setup.Clock, stopping);
    }

    public void Dispose()
    {
        if (_isStuck)
            _tableStats.OnUnstuck();
    }

    private void LogWait(int attempt, InsertAnswer answer, RetryDecision decision)
    {
        // The first attempt and then ever fewer, so that a night without ClickHouse does not fill the log.
        if (!BitOperations.IsPow2(attempt))
            return;

        setup.Log.Log(decision.NeedsPerson ? LogLevel.Error : LogLevel.Warning,
            "Insert into {Table} did not land (attempt {Attempt}), repeated until it does: {Error}",
            table, attempt, RetryingInsert.Describe(answer));
    }
}
