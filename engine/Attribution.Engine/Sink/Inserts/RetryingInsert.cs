using System.Globalization;
using System.Numerics;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Microsoft.Extensions.Logging;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// Repeats one insert, same bytes and same token, until it has landed or its rows are found to be at fault.
/// Owned by one sender; its buffer of compressed bytes grows to the largest block seen.
/// </summary>
internal sealed class RetryingInsert(
    SinkOptions options, IInsertTransport transport, SinkSetup setup, SinkStats stats)
{
    private readonly BlockCompressor _compressor = new();
    private readonly CompressedBlock _compressed = new();

    /// <returns>Landed, or the refusal that blames the rows.</returns>
    public async Task<InsertAnswer> SettleAsync(
        string table, NativeBlock rows, string token, CancellationToken stopping)
    {
        TableStats tableStats = stats.Of(table);
        bool isStuck = false;
        _compressor.Compress(rows, _compressed);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                InsertAnswer answer = await transport.InsertAsync(table, _compressed, token, stopping);
                RetryDecision decision = InsertRetry.Decide(
                    answer.Outcome, attempt, _compressed.RowCount, setup.Jitter(), options);
                if (decision.Action == RetryAction.Done)
                    tableStats.OnLanded(_compressed.RowCount, _compressed.Bytes.Length);
                if (decision.Action != RetryAction.Wait)
                    return answer;

                tableStats.OnRetry(Describe(answer));
                if (decision.NeedsPerson && !isStuck)
                {
                    isStuck = true;
                    tableStats.OnStuck();
                }

                LogWait(table, attempt, answer, decision);
                await Task.Delay(decision.Delay, setup.Clock, stopping);
            }
        }
        finally
        {
            if (isStuck)
                tableStats.OnUnstuck();
        }
    }

    public static string Describe(InsertAnswer answer) => answer.Outcome.Code != 0
        ? "code " + answer.Outcome.Code.ToString(CultureInfo.InvariantCulture) + ": " + answer.Message
        : answer.Message;

    private void LogWait(string table, int attempt, InsertAnswer answer, RetryDecision decision)
    {
        // The first attempt and then ever fewer, so that a night without ClickHouse does not fill the log.
        if (!BitOperations.IsPow2(attempt))
            return;

        setup.Log.Log(decision.NeedsPerson ? LogLevel.Error : LogLevel.Warning,
            "Insert into {Table} did not land (attempt {Attempt}), repeated until it does: {Error}",
            table, attempt, Describe(answer));
    }
}
