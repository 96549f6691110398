namespace Attribution.Reporter;

/// <summary>An argument that makes no sense; the message says what would. Immutable.</summary>
internal sealed class UsageException(string message) : Exception(message);
