namespace Attribution.ClickHouse.Http;

/// <summary>
/// What the server answered instead of a result. Immutable; thread-safe.
/// </summary>
public sealed class ClickHouseException : Exception
{
    public ClickHouseException()
    {
    }

    public ClickHouseException(string message)
        : base(message) => ServerMessage = message;

    public ClickHouseException(string message, Exception inner)
        : base(message, inner) => ServerMessage = message;

    public ClickHouseException(int code, string serverMessage, int httpStatus = 0)
        : base(serverMessage)
    {
        Code = code;
        ServerMessage = serverMessage;
        HttpStatus = httpStatus;
    }

    /// <summary>ClickHouse's error code; 0 where the answer held none, as a proxy's.</summary>
    public int Code { get; }

    public string ServerMessage { get; } = "";

    /// <summary>The answer's HTTP status; 0 where the failure came within a result.</summary>
    public int HttpStatus { get; }
}
