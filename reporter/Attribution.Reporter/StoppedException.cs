namespace Attribution.Reporter;

/// <summary>What runs until it is interrupted was interrupted: an end, not an error. Immutable.</summary>
internal sealed class StoppedException : OperationCanceledException;
