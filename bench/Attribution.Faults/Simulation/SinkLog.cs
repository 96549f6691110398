using Microsoft.Extensions.Logging;

namespace Attribution.Faults.Simulation;

/// <summary>
/// Takes down why a sink stopped by itself, at the moment at which it says so: what it does next runs on
/// threads that no seed decides. Used by one thread.
/// </summary>
internal sealed class SinkLog : ILogger
{
    /// <summary>What ended the sink, and so its engine; null while it runs.</summary>
    public Exception? Fault { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Critical;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.Critical)
            Fault ??= exception;
    }
}
