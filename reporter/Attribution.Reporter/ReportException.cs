namespace Attribution.Reporter;

/// <summary>A question the data cannot answer; the message says what to do next. Immutable.</summary>
/// <param name="message">For people.</param>
/// <param name="code">Of <see cref="ExitCode"/>.</param>
internal sealed class ReportException(string message, int code = ExitCode.Failure) : Exception(message)
{
    public int Code => code;
}
