namespace Attribution.Reporter;

/// <summary>
/// ClickHouse's codes of the errors that the reporter tells apart, as the server's ErrorCodes.cpp numbers
/// them. Stateless.
/// </summary>
internal static class ServerCode
{
    public const int UnknownColumn = 47;
    public const int UnknownTable = 60;
    public const int UnknownDatabase = 81;
    public const int ThrowIf = 395;
    public const int NoRegularExpression = 427;
    public const int AccessDenied = 497;
    public const int NoSuchUser = 516;
}
