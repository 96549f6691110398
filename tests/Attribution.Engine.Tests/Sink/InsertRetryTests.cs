using Attribution.ClickHouse.Http;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Inserts;

namespace Attribution.Engine.Tests.Sink;

public class InsertRetryTests
{
    private static readonly SinkOptions Options = new();

    public static TheoryData<Exception?, int, RetryAction, bool> Remedies => new()
    {
        { null, 100, RetryAction.Done, false },
        { new IOException(), 100, RetryAction.Ask, false },
        { new TimeoutException(), 1, RetryAction.Ask, false },
        { new HttpRequestException(HttpRequestError.ConnectionError), 1, RetryAction.Wait, false },
        { Refused(469), 100, RetryAction.Bisect, false }, // VIOLATED_CONSTRAINT
        { Refused(469), 2, RetryAction.Bisect, false },
        { Refused(469), 1, RetryAction.DeadLetter, false },
        { Refused(117), 1, RetryAction.DeadLetter, false }, // INCORRECT_DATA
        { Refused(321), 9, RetryAction.Bisect, false }, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
        { Refused(252), 100, RetryAction.Wait, false }, // TOO_MANY_PARTS
        { Refused(241), 100, RetryAction.Ask, false }, // MEMORY_LIMIT_EXCEEDED
        { Refused(202), 100, RetryAction.Wait, false }, // TOO_MANY_SIMULTANEOUS_QUERIES
        { Refused(999), 1, RetryAction.Ask, false }, // KEEPER_EXCEPTION
        { Refused(40), 1, RetryAction.Wait, false }, // CHECKSUM_DOESNT_MATCH: damaged on its way
        { Refused(123_456), 1, RetryAction.Ask, false }, // a code that nobody knows
        { Refused(60), 100, RetryAction.Wait, true }, // UNKNOWN_TABLE
        { Refused(16), 1, RetryAction.Wait, true }, // NO_SUCH_COLUMN_IN_TABLE
        { Refused(47), 100, RetryAction.Wait, true }, // UNKNOWN_IDENTIFIER
        { Refused(53), 100, RetryAction.Wait, true }, // TYPE_MISMATCH
        { Refused(81), 1, RetryAction.Wait, true }, // UNKNOWN_DATABASE
        { Refused(516), 1, RetryAction.Wait, true }, // AUTHENTICATION_FAILED
        { Refused(243), 1, RetryAction.Wait, true }, // NOT_ENOUGH_SPACE
    };

    [Theory]
    [MemberData(nameof(Remedies))]
    public void Decide_Failure_HasOneRemedy(
        Exception? failure, int rows, RetryAction action, bool needsPerson)
    {
        RetryDecision decision = InsertRetry.Decide(InsertOutcome.Classify(failure), 1, rows, 0.5, Options);

        Assert.Equal(action, decision.Action);
        Assert.Equal(needsPerson, decision.NeedsPerson);
    }

    [Theory]
    [InlineData(1, 0.0, 0)]
    [InlineData(1, 0.5, 25)]
    [InlineData(1, 1.0, 50)]
    [InlineData(2, 1.0, 100)]
    [InlineData(5, 1.0, 800)]
    [InlineData(8, 1.0, 6_400)]
    [InlineData(9, 1.0, 10_000)]
    [InlineData(9, 0.25, 2_500)]
    [InlineData(1_000, 1.0, 10_000)]
    [InlineData(int.MaxValue, 1.0, 10_000)]
    public void Decide_Transient_WaitsAPartOfADoublingTime(int attempt, double jitter, int delayMillis)
    {
        RetryDecision decision = InsertRetry.Decide(
            InsertOutcome.Classify(new IOException()), attempt, 10, jitter, Options);

        Assert.Equal(TimeSpan.FromMilliseconds(delayMillis), decision.Delay);
    }

    [Fact]
    public void Decide_AnyCodeAnyAttempt_NeverGivesRowsUp()
    {
        for (int code = 0; code < 2_000; code++)
        {
            foreach (int attempt in (int[])[1, 2, 30, 1_000_000])
            {
                RetryDecision decision = InsertRetry.Decide(
                    InsertOutcome.Classify(Refused(code)), attempt, 7, 0.9, Options);

                Assert.True(
                    decision.Action is RetryAction.Wait or RetryAction.Ask or RetryAction.Bisect,
                    $"code {code}");
            }
        }
    }

    [Fact]
    public void AskAgain_AnyCode_NeverStopsAsking()
    {
        for (int code = 0; code < 2_000; code++)
        {
            RetryDecision decision = InsertRetry.AskAgain(
                InsertOutcome.Classify(Refused(code)), 1, 0.9, Options);

            Assert.Equal(RetryAction.Ask, decision.Action);
            Assert.True(decision.Delay > TimeSpan.Zero, $"code {code}");
        }
    }

    private static ClickHouseException Refused(int code) => new(code, "refused");
}
