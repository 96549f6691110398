namespace Attribution.Model.Fitting;

/// <summary>A model cannot be fitted to these paths; the message says why and what helps.
/// Immutable.</summary>
public sealed class FitException(string message) : Exception(message);
