namespace Attribution.Faults.Processes;

/// <summary>
/// A run of kills cannot go on: the engine does not start, does not drain, or ended on its own.
/// </summary>
public sealed class CrashException(string message) : Exception(message);
