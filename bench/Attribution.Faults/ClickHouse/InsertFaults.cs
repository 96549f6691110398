using Attribution.ClickHouse.Http;

namespace Attribution.Faults.ClickHouse;

/// <summary>How an insert fails: what the client throws, and whether the rows are stored all the same.
/// A value.</summary>
internal readonly record struct InsertFault(Exception Error, bool IsStored);

/// <summary>The ways in which an insert fails, as the HTTP client reports them. Stateless.</summary>
internal static class InsertFaults
{
    private const int Kinds = 12;

    public static InsertFault Pick(Random random)
    {
        bool coin = random.Next(2) == 0;
        return random.Next(Kinds) switch
        {
            0 => new(new ClickHouseException(241, "memory limit exceeded", 500), false),
            1 => new(new ClickHouseException(252, "too many parts", 500), false),
            2 => new(new ClickHouseException(999, "keeper exception", 500), coin),
            // 200 with X-ClickHouse-Exception-Code: the server gave up reading the body.
            3 => new(new ClickHouseException(209, "socket timeout", 200), coin),
            4 => new(new ClickHouseException(0, "", 500), coin),
            5 => new(new ClickHouseException(0, "", 502), coin),
            6 => new(new ClickHouseException(0, "", 503), false),
            7 => new(new ClickHouseException(60, "no such table", 404), false),
            8 => TimedOut(coin),
            9 => Reset(coin),
            10 => new(new IOException("the answer ended early"), coin),
            _ => Refused(),
        };
    }

    public static InsertFault TimedOut(bool isStored) =>
        new(new TimeoutException("no answer in time"), isStored);

    public static InsertFault Reset(bool isStored) => new(
        new HttpRequestException(HttpRequestError.ResponseEnded, "connection reset"), isStored);

    public static InsertFault Refused() => new(
        new HttpRequestException(HttpRequestError.ConnectionError, "connection refused"), false);

    /// <summary>The values of a row are refused, whatever the day.</summary>
    public static InsertFault Poisoned() => new(new ClickHouseException(117, "incorrect data", 400), false);
}
