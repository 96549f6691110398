using System.Globalization;
using System.Runtime.CompilerServices;
using Attribution.Engine.Sink.Blocks;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Repeats one insert, same bytes and same token, until it has landed or its rows are found to be at fault;
/// where an attempt may have landed unseen, ClickHouse is asked first. Owned by one sender; its buffer of
/// compressed bytes grows to the largest block seen.
/// </summary>
internal sealed class RetryingInsert(
    SinkOptions options, IInsertTransport transport, SinkSetup setup, SinkStats stats)
{
    /// <summary>What was packed last; <see cref="SettleAsync(CancellationToken)"/> sends it.</summary>
    public PackedBlock Packed { get; } = new(options.MaxBatchBytes);

    /// <summary>Packs the rows and sends them.</summary>
    /// <returns>Landed, or the refusal that blames the rows.</returns>
    public ValueTask<InsertAnswer> SettleAsync(SinkBlock rows, string token, CancellationToken stopping)
    {
        Packed.Pack(rows, token);
        return SettleAsync(stopping);
    }

    /// <returns>Landed, or the refusal that blames the rows.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InsertAnswer> SettleAsync(CancellationToken stopping)
    {
        string table = Packed.Question.Table;
        TableStats tableStats = stats.Of(table);
        using var pauses = new RetryPauses(table, setup, stats);
        for (int attempt = 1; ; attempt++)
        {
            InsertAnswer answer =
                await transport.InsertAsync(table, Packed.Bytes, Packed.Token, stopping);
            RetryDecision decision = InsertRetry.Decide(
                answer.Outcome, attempt, Packed.Bytes.RowCount, setup.Jitter(), options);
            if (decision.Action == RetryAction.Done)
                OnLanded(tableStats);
            if (decision.Action is not (RetryAction.Wait or RetryAction.Ask))
                return answer;

            await pauses.WaitAsync(attempt, answer, decision, stopping);
            if (decision.Action == RetryAction.Ask && await HasLandedAsync(pauses, stopping))
            {
                tableStats.OnFound();
                OnLanded(tableStats);
                return InsertAnswer.Landed;
            }
        }
    }

    public static string Describe(InsertAnswer answer) => answer.Outcome.Code != 0
        ? "code " + answer.Outcome.Code.ToString(CultureInfo.InvariantCulture) + ": " + answer.Message
        : answer.Message;

    /// <summary>
    /// Asks until there is an answer. Inserts are stored whole or not at all, but a merge may have replaced
    /// some of the rows since: then all are sent again, and are the same rows by their keys.
    /// </summary>
    private async Task<bool> HasLandedAsync(RetryPauses pauses, CancellationToken stopping)
    {
        for (int attempt = 1; ; attempt++)
        {
            BlockCount count = await transport.CountAsync(Packed.Question, stopping);
            if (count.IsKnown)
                return count.Rows >= Packed.Bytes.RowCount;

            RetryDecision decision = InsertRetry.AskAgain(count.Outcome, attempt, setup.Jitter(), options);
            var answer = new InsertAnswer(count.Outcome, count.Message);
            await pauses.WaitAsync(attempt, answer, decision, stopping);
        }
    }

    private void OnLanded(TableStats tableStats)
    {
        tableStats.OnLanded(Packed.Bytes.RowCount, Packed.Bytes.Bytes.Length);
        stats.Inserts.OnLanded();
    }
}
