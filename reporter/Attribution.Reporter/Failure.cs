using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Model.Configs;
using Attribution.Model.Fitting;
using Attribution.Replay;

namespace Attribution.Reporter;

/// <summary>
/// What a failed report says, and its exit code: a pure function of what was thrown. Immutable.
/// </summary>
internal readonly record struct Failure(int Code, string Message)
{
    private static readonly int[] AccessCodes =
        [192, 193, 194, 492, ServerCode.AccessDenied, ServerCode.NoSuchUser];

    /// <returns>False for what is a defect of the program.</returns>
    public static bool TryFrom(Exception error, ClickHouseOptions? server, out Failure failure)
    {
        Failure? known = error switch
        {
            UsageException => new(ExitCode.Usage, error.Message),
            QueryParameterException => new(ExitCode.Usage, $"an argument is too long: {error.Message}"),
            ReportException report => new(report.Code, error.Message),
            ReplayException or ConfigException or FittedTableException => new(
                ExitCode.Failure, error.Message),
            StoppedException => new(ExitCode.Interrupted, ""),
            ReaderGoneException => new(ExitCode.ReaderGone, ""),
            OperationCanceledException => new(ExitCode.Interrupted, "interrupted"),
            ClickHouseException refusal => OfServer(refusal, server),
            NativeFormatException => new(ExitCode.Failure, error.Message),
            TimeoutException or HttpRequestException or IOException => new(
                ExitCode.NoAccess,
                $"no answer from ClickHouse at {server?.Endpoint}: {Reason(error)}. "
                + "Is the engine running? If ClickHouse is elsewhere: --clickhouse URL"),
            _ => null,
        };
        failure = known ?? default;
        return known is not null;
    }

    /// <summary>Whether a path, or what it leads to, is to blame: .NET has three words for it.</summary>
    public static bool IsOfFile(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException;

    private static Failure OfServer(ClickHouseException refusal, ClickHouseOptions? server)
    {
        if (AccessCodes.Contains(refusal.Code) || (refusal.Code == 0 && refusal.HttpStatus is 401 or 403))
            return new(
                ExitCode.NoAccess,
                $"ClickHouse at {server?.Endpoint} does not let user '{server?.User}' do this. Set "
                + "ATTRIBUTION_CLICKHOUSE_USER and ATTRIBUTION_CLICKHOUSE_PASSWORD, or a read key that is "
                + "not revoked in ATTRIBUTION_KEY."
                // Of a name or password the server says no more than this; of a right, which one.
                + (refusal.Code == ServerCode.NoSuchUser ? "" : $" {refusal.ServerMessage}"));
        if (refusal.Code == ServerCode.UnknownDatabase)
            return new(
                ExitCode.NoAccess,
                $"ClickHouse at {server?.Endpoint} has no database '{server?.Database}'. The engine makes it "
                + "at its start; if it has another name: --database NAME");
        if (refusal.Code == ServerCode.NoRegularExpression)
            return new(
                ExitCode.Usage,
                $"what stands after ~ is no regular expression: {Complaint(refusal.ServerMessage)}");
        if (refusal.Code == 0 && refusal.HttpStatus != 0)
            return new(
                ExitCode.NoAccess,
                $"{server?.Endpoint} does not answer as ClickHouse does (HTTP {refusal.HttpStatus}). Its "
                + "HTTP port, 8123 by default, is needed: --clickhouse URL");
        if (refusal.Code == ServerCode.UnknownTable)
            return new(
                ExitCode.Failure,
                $"{refusal.ServerMessage}\n"
                + $"The engine makes its tables in '{server?.Database}' at its start.");
        return new(ExitCode.Failure, refusal.ServerMessage);
    }

    /// <summary>What RE2 itself says, without what the server tells those who write SQL.</summary>
    private static string Complaint(string message)
    {
        const string Before = ", error: ";
        int from = message.LastIndexOf(Before, StringComparison.Ordinal);
        int to = message.LastIndexOf(". Look at ", StringComparison.Ordinal);
        return from < 0 || to < from ? message : message[(from + Before.Length)..to];
    }

    private static string Reason(Exception error) =>
        (error.GetBaseException().Message is { Length: > 0 } text ? text : error.Message).TrimEnd('.');
}
