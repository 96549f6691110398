using Attribution.ClickHouse.Http;

namespace Attribution.ClickHouse.Tests.Http;

public class InsertOutcomeTests
{
    [Theory]
    [InlineData(241, InsertVerdict.Unknown, false)] // MEMORY_LIMIT_EXCEEDED: met anywhere
    [InlineData(252, InsertVerdict.Transient, false)] // TOO_MANY_PARTS
    [InlineData(202, InsertVerdict.Transient, false)] // TOO_MANY_SIMULTANEOUS_QUERIES
    [InlineData(242, InsertVerdict.Transient, false)] // TABLE_IS_READ_ONLY
    [InlineData(243, InsertVerdict.Transient, false)] // NOT_ENOUGH_SPACE
    [InlineData(516, InsertVerdict.Transient, false)] // AUTHENTICATION_FAILED: the rows are fine
    [InlineData(40, InsertVerdict.Transient, false)] // CHECKSUM_DOESNT_MATCH: damaged on its way
    [InlineData(159, InsertVerdict.Unknown, false)] // TIMEOUT_EXCEEDED
    [InlineData(210, InsertVerdict.Unknown, false)] // NETWORK_ERROR
    [InlineData(319, InsertVerdict.Unknown, false)] // UNKNOWN_STATUS_OF_INSERT
    [InlineData(999, InsertVerdict.Unknown, false)] // KEEPER_EXCEPTION
    [InlineData(60, InsertVerdict.Rejected, false)] // UNKNOWN_TABLE
    [InlineData(16, InsertVerdict.Rejected, false)] // NO_SUCH_COLUMN_IN_TABLE
    [InlineData(53, InsertVerdict.Rejected, false)] // TYPE_MISMATCH
    [InlineData(117, InsertVerdict.Rejected, true)] // INCORRECT_DATA
    [InlineData(349, InsertVerdict.Rejected, true)] // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
    [InlineData(469, InsertVerdict.Rejected, true)] // VIOLATED_CONSTRAINT
    [InlineData(123_456, InsertVerdict.Unknown, false)] // a code of tomorrow blames no rows
    public void Classify_ServerCode_GivesItsVerdict(int code, InsertVerdict verdict, bool rowsAtFault) =>
        Assert.Equal(
            new InsertOutcome(verdict, code, rowsAtFault),
            InsertOutcome.Classify(new ClickHouseException(code, "message", 500)));

    [Fact]
    public void Classify_FailuresOfTheConnection_TellWhetherAnythingWasSent()
    {
        Assert.Equal(InsertVerdict.Transient, Verdict(HttpRequestError.ConnectionError));
        Assert.Equal(InsertVerdict.Transient, Verdict(HttpRequestError.NameResolutionError));
        Assert.Equal(InsertVerdict.Unknown, Verdict(HttpRequestError.ResponseEnded));
        Assert.Equal(InsertVerdict.Unknown, Verdict(HttpRequestError.Unknown));
        Assert.Equal(InsertVerdict.Unknown, InsertOutcome.Classify(new IOException()).Verdict);
        Assert.Equal(InsertVerdict.Unknown, InsertOutcome.Classify(new OperationCanceledException()).Verdict);
    }

    [Theory]
    [InlineData("24.8.1.1", true)]
    [InlineData("26.7.2.1", true)]
    [InlineData("25.1", true)]
    [InlineData("24.7.9.9", false)]
    [InlineData("9.99.1", false)]
    public void EnsureSupported_Version_IsComparedByNumber(string text, bool supported)
    {
        ServerVersion version = ServerVersion.Parse(text);

        Assert.Equal(supported, version.IsSupported);
        if (supported)
            return;
        var error = Assert.Throws<ClickHouseException>(version.EnsureSupported);
        Assert.Contains("24.8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x.y")]
    [InlineData("24")]
    public void Parse_NotAVersion_Throws(string text) =>
        Assert.Throws<ClickHouseException>(() => ServerVersion.Parse(text));

    private static InsertVerdict Verdict(HttpRequestError error) =>
        InsertOutcome.Classify(new HttpRequestException(error)).Verdict;
}
