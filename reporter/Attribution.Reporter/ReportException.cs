namespace Attribution.Reporter;

/// <summary>A question the data cannot answer; the message says what to do next. Immutable.</summary>
internal sealed class ReportException(string message) : Exception(message);
